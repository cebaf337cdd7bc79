import { CurveClient, type KeyPair } from "./curve_client.ts";
import type { RawPeer } from "./raw_peer.ts";
import { COMMAND, commandBody, MORE, readCommand, type WireFrame } from "./wire.ts";

/** What came before an answer, in order. */
interface Heard {
  /** Each message's frames. */
  readonly messages: readonly (readonly Buffer[])[];
  /** `SUBSCRIBE prefix` and others. */
  readonly commands: readonly string[];
}

/** One connection with a key, whose handshake is done. Whoever opened it cuts it. */
export class KeyedClient {
  readonly #curve: CurveClient;
  readonly #peer: RawPeer;
  #asked = 0;

  private constructor(curve: CurveClient, peer: RawPeer) {
    this.#curve = curve;
    this.#peer = peer;
  }

  static async open(port: number, socketType: string, keys: KeyPair, serverKey: Uint8Array): Promise<KeyedClient> {
    const curve = new CurveClient(keys, serverKey);
    return new KeyedClient(curve, await curve.handshake(port, socketType));
  }

  command(name: string, data: Uint8Array | string): void {
    this.#peer.send(this.#curve.seal(COMMAND, commandBody(name, data)));
  }

  message(topic: string, body: Uint8Array): void {
    this.#peer.send(this.#curve.seal(MORE, topic), this.#curve.seal(0, body));
  }

  /** Resolves when the broker has read all that was sent, with what it said until then. */
  async roundTrip(): Promise<Heard> {
    const context = Buffer.from([this.#asked++ % 256]);
    this.command("PING", Buffer.from([0, 0, ...context]));
    const messages: Buffer[][] = [];
    const commands: string[] = [];
    for (let frames: Buffer[] = []; ;) {
      const { flags, body } = await this.#next();
      if ((flags & COMMAND) !== 0) {
        const { name, data } = readCommand(body);
        if (name === "PONG" && data.equals(context)) return { messages, commands };
        commands.push(`${name} ${data.toString()}`);
        continue;
      }
      frames.push(body);
      if ((flags & MORE) !== 0) continue;
      messages.push(frames);
      frames = [];
    }
  }

  async #next(): Promise<WireFrame> {
    return this.#curve.open((await this.#peer.frame()).body);
  }

  async cut(): Promise<void> {
    await this.#peer.cut();
  }
}
