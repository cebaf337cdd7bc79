import { FLAG_COMMAND, frameLength, writeFrameHeader } from "./frame.ts";
import { assertGreetingBegin, GREETING_HEAD_LENGTH, GREETING_LENGTH, readGreeting, writeGreeting } from "./greeting.ts";
import type { Mechanism, Metadata, Traffic } from "./mechanism.ts";
import { ProtocolError } from "./protocol_error.ts";

/** The largest frame of a handshake: metadata of 8 KiB and what CURVE adds. */
export const HANDSHAKE_LIMIT = 16_384;

export interface HandshakeOptions {
  /** The side that is connected to: it takes the mechanism that the other side speaks. */
  readonly asServer: boolean;
  /** The mechanisms spoken: one for the side that connects. The first is named to whoever speaks none of them. */
  readonly mechanisms: ReadonlyMap<string, () => Mechanism>;
}

/** Greetings, then the commands of the mechanism that they agreed on. */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #send: (bytes: Uint8Array) => void;
  #greeting: Uint8Array = new Uint8Array(0);
  #minor: number | undefined;
  #mechanism: Mechanism | undefined;

  constructor(options: HandshakeOptions, send: (bytes: Uint8Array) => void) {
    this.#options = options;
    this.#send = send;
  }

  get minor(): number {
    return this.#minor ?? 0;
  }
  get metadata(): Metadata {
    return this.#mechanism?.metadata ?? new Map();
  }
  get peerKey(): Uint8Array | undefined {
    return this.#mechanism?.peerKey;
  }
  get traffic(): Traffic | undefined {
    return this.#mechanism?.traffic;
  }

  /** A server keeps back which mechanism it speaks until it knows the other side's. */
  begin(): void {
    const greeting = writeGreeting(this.#firstName(), this.#options.asServer);
    this.#send(this.#options.asServer ? greeting.subarray(0, GREETING_HEAD_LENGTH) : greeting);
  }

  /**
   * Takes the greeting out of a chunk.
   * @returns what of the chunk comes after it; undefined when it is not whole
   * @throws ProtocolError "greeting", "handshake"
   */
  greet(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#mechanism !== undefined) return chunk;
    const missing = GREETING_LENGTH - this.#greeting.length;
    this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, missing)]);
    assertGreetingBegin(this.#greeting);
    if (chunk.length < missing) return undefined;
    this.#agree();
    return chunk.subarray(missing);
  }

  /** Takes a command of the other side. @returns true once the handshake is done. @throws ProtocolError */
  step(command: Uint8Array): boolean {
    const mechanism = this.#mechanism;
    if (mechanism === undefined) throw new ProtocolError("protocol", "a command came before the greeting");
    const answer = mechanism.receive(command);
    if (answer !== undefined) this.#sendCommand(answer);
    return mechanism.done;
  }

  #agree(): void {
    const { asServer, mechanisms } = this.#options;
    const { minor, mechanism: told, asServer: otherIsServer } = readGreeting(this.#greeting);
    const name = mechanisms.has(told) ? told : this.#firstName();
    if (asServer) this.#send(writeGreeting(name, true).subarray(GREETING_HEAD_LENGTH));
    const make = mechanisms.get(told);
    if (make === undefined) throw new ProtocolError("handshake", `it speaks ${told}, and here ${name} is spoken`);
    // NULL has no sides, and libzmq never says that it is a server: only two that both say so do not fit.
    if (told !== "NULL" && asServer && otherIsServer) throw new ProtocolError("handshake", "both are servers");
    this.#minor = minor;
    this.#mechanism = make();
    const first = this.#mechanism.begin();
    if (first !== undefined) this.#sendCommand(first);
  }

  #firstName(): string {
    const [name = "NULL"] = this.#options.mechanisms.keys();
    return name;
  }

  #sendCommand(body: Uint8Array): void {
    const frame = new Uint8Array(frameLength(body.length));
    frame.set(body, writeFrameHeader(frame, 0, FLAG_COMMAND, body.length));
    this.#send(frame);
  }
}
