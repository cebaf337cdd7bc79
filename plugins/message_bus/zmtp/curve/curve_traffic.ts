import type { Traffic } from "../mechanism.ts";
import { ProtocolError } from "../protocol_error.ts";
import { MessageBox, TAG_BYTES } from "./message_box.ts";
import { readShortNonce, SHORT_NONCE_BYTES, writeShortNonce } from "./short_nonce.ts";

/** The name of the command that carries a frame, with its length in front. */
const NAME = Uint8Array.from([7, ...Array.from("MESSAGE", (character) => character.charCodeAt(0))]);
const NONCE_AT = NAME.length;
const BOX_AT = NONCE_AT + SHORT_NONCE_BYTES;
const FLAGS_BYTES = 1;

/** Flags of a frame in the open (RFC 37). */
const FRAME_MORE = 1;
const FRAME_COMMAND = 4;
/** Flags of a frame in its box. RFC 26 knows the first alone; the second is libzmq's, and without it no PING passes. */
const BOXED_MORE = 1;
const BOXED_COMMAND = 2;

/** The ends of a connection; each names the nonces of what it sends. */
export type Side = "client" | "server";

const PREFIXES: Readonly<Record<Side, string>> = { client: "CurveZMQMESSAGEC", server: "CurveZMQMESSAGES" };

/** MESSAGE commands (RFC 26), after the handshake has agreed on a key. */
export class CurveTraffic implements Traffic {
  readonly overhead = BOX_AT + TAG_BYTES + FLAGS_BYTES;
  readonly #out: MessageBox;
  readonly #in: MessageBox;
  #sent: number;
  #received: number;
  #flags = 0;

  /**
   * @param side which end this is
   * @param key agreed between the short-term keys; is not kept
   * @param sent the short nonce of the last command sent
   * @param received the short nonce of the last command received
   */
  constructor(side: Side, key: Uint8Array, sent: number, received: number) {
    this.#out = new MessageBox(key, PREFIXES[side]);
    this.#in = new MessageBox(key, PREFIXES[side === "client" ? "server" : "client"]);
    this.#sent = sent;
    this.#received = received;
  }

  get flags(): number {
    return this.#flags;
  }

  seal(flags: number, body: Uint8Array, target: Uint8Array, at: number): number {
    this.#sent += 1;
    target.set(NAME, at);
    writeShortNonce(this.#sent, target, at + NONCE_AT);
    this.#out.seal(this.#sent, boxedFlags(flags), body, target, at + BOX_AT);
    return at + this.overhead + body.length;
  }

  open(command: Uint8Array): Uint8Array {
    if (command.length < this.overhead || !isMessage(command)) throw refused("it is no MESSAGE");
    const counter = readShortNonce(command, NONCE_AT, this.#received, "protocol");
    const text = this.#in.open(counter, command.subarray(BOX_AT));
    if (text === undefined) throw refused("the other side did not seal it");
    this.#received = counter;
    this.#flags = openedFlags(text[0]!);
    return text.subarray(FLAGS_BYTES);
  }
}

function isMessage(command: Uint8Array): boolean {
  for (let index = 0; index < NAME.length; index += 1) if (command[index] !== NAME[index]) return false;
  return true;
}

function boxedFlags(flags: number): number {
  return (flags & FRAME_MORE) | (flags & FRAME_COMMAND ? BOXED_COMMAND : 0);
}

function openedFlags(boxed: number): number {
  if ((boxed & ~(BOXED_MORE | BOXED_COMMAND)) !== 0) throw refused("it has flags that nobody defined");
  return (boxed & BOXED_MORE) | (boxed & BOXED_COMMAND ? FRAME_COMMAND : 0);
}

function refused(why: string): ProtocolError {
  return new ProtocolError("protocol", `Cannot open a command: ${why}.`);
}
