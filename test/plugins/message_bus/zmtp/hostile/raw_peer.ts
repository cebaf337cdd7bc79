import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { command, COMMAND, greeting, LONG, metadata, readCommand, type WireFrame } from "./wire.ts";

/** One connection to a broker, byte by byte. Whoever opened it cuts it. */
export class RawPeer {
  readonly socket: Socket;
  #held = Buffer.alloc(0);
  readonly #chunks: Buffer[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    // That the other side cut the connection is what many a test waits for.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawPeer> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const peer = new RawPeer(socket);
    await once(socket, "connect");
    return peer;
  }

  /** One whose NULL handshake is done. */
  static async openNull(port: number, socketType: string, minor = 1): Promise<RawPeer> {
    const peer = await RawPeer.open(port);
    peer.send(greeting({ mechanism: "NULL", minor }));
    await peer.take(64);
    peer.send(command("READY", metadata({ "Socket-Type": socketType })));
    const { name } = readCommand((await peer.frame()).body);
    if (name !== "READY") throw new Error(`The handshake ended with ${name}.`);
    return peer;
  }

  /** Bytes that have come and were not taken. */
  get held(): Buffer {
    if (this.#chunks.length > 0) this.#held = Buffer.concat([this.#held, ...this.#chunks.splice(0)]);
    return this.#held;
  }

  send(...bytes: readonly Uint8Array[]): void {
    for (const part of bytes) this.socket.write(part);
  }

  /** @throws Error when the connection ends before */
  async take(length: number): Promise<Buffer> {
    while (this.held.length < length) {
      if (this.#ended) throw new Error("The connection was cut.");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** The next frame; heartbeats are not answered. @throws Error when the connection ends before */
  async frame(): Promise<WireFrame> {
    const [flags] = await this.take(1);
    const length = (flags! & LONG) === 0 ? (await this.take(1))[0]! : Number((await this.take(8)).readBigUInt64BE());
    return { flags: flags!, body: await this.take(length) };
  }

  /** The next frame that is no command. */
  async messageFrame(): Promise<WireFrame> {
    for (;;) {
      const next = await this.frame();
      if ((next.flags & COMMAND) === 0) return next;
    }
  }

  /** The data of the next command of this name; other frames are passed over. */
  async commandNamed(wanted: string): Promise<Buffer> {
    for (;;) {
      const { flags, body } = await this.frame();
      if ((flags & COMMAND) === 0) continue;
      const { name, data } = readCommand(body);
      if (name === wanted) return data;
    }
  }

  /** True once the connection has ended. */
  get over(): boolean {
    return this.#ended;
  }

  /** Resolves when the other side has cut the connection, or both have. */
  async ended(): Promise<void> {
    this.socket.resume();
    if (!this.#ended) await new Promise<void>((resolve) => void this.socket.once("close", () => resolve()));
  }

  /** Cuts the connection. */
  async cut(): Promise<void> {
    this.socket.destroy();
    await this.ended();
  }
}
