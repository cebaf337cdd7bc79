import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

const MINOR_AT = 11;

interface TapOptions {
  /** What both sides are told to be the other's minor version of ZMTP 3; default: what it says. */
  readonly minor?: number;
}

/** Between a client and a server on TCP: passes on what they say, and lets a test read it. */
export class Tap {
  readonly #server: Server;
  readonly #target: number;
  readonly #minor: number | undefined;
  readonly #toServer: Buffer[] = [];
  readonly #toClient: Buffer[] = [];

  private constructor(target: number, minor: number | undefined) {
    this.#target = target;
    this.#minor = minor;
    this.#server = createServer((client) => this.#join(client));
  }

  /** Closed when the test has ended. */
  static async open(context: TestContext, endpoint: string, { minor }: TapOptions = {}): Promise<Tap> {
    const tap = new Tap(Number(endpoint.slice(endpoint.lastIndexOf(":") + 1)), minor);
    tap.#server.listen(0, "127.0.0.1");
    await once(tap.#server, "listening");
    context.after(() => void tap.#server.close());
    return tap;
  }

  get endpoint(): string {
    const address = this.#server.address();
    return `tcp://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** How often a command without disguise went to one side. */
  count(side: "server" | "client", command: string): number {
    const said = Buffer.concat(side === "server" ? this.#toServer : this.#toClient).toString("latin1");
    return said.split(String.fromCharCode(command.length) + command).length - 1;
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    this.#pass(client, server, this.#toServer);
    this.#pass(server, client, this.#toClient);
  }

  #pass(from: Socket, to: Socket, said: Buffer[]): void {
    let passed = 0;
    from.on("data", (chunk: Buffer) => {
      const at = MINOR_AT - passed;
      if (this.#minor !== undefined && at >= 0 && at < chunk.length) chunk[at] = this.#minor;
      passed += chunk.length;
      said.push(chunk);
      to.write(chunk);
    });
    from.on("error", () => undefined);
    from.on("close", () => to.destroy());
  }
}
