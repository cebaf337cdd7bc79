import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { randomBytes } from "node:crypto";
import { RawPeer } from "./raw_peer.ts";
import { command, COMMAND, commandBody, frame, greeting, metadata, readCommand } from "./wire.ts";

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export function keyPair(): KeyPair {
  const secretKey = randomBytes(32);
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);
const SIGMA = words(Buffer.from("expand 32-byte k"));

/** The key of NaCl's crypto_box between two parties. */
function boxKey(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const key = new Uint32Array(8);
  hsalsa(SIGMA, words(x25519.getSharedSecret(secretKey, publicKey)), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

function seal(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Buffer {
  return Buffer.from(xsalsa20poly1305(key, nonce).encrypt(text));
}

function open(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Buffer {
  return Buffer.from(xsalsa20poly1305(key, nonce).decrypt(box));
}

function shortNonce(counter: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(counter);
  return bytes;
}

const nonceOf = (prefix: string, rest: Uint8Array): Buffer => Buffer.concat([Buffer.from(prefix), rest]);

/** The client's side of RFC 26, each step by hand so that a test can stop, repeat or spoil it. */
export class CurveClient {
  readonly #long: KeyPair;
  readonly #serverKey: Uint8Array;
  readonly #short = keyPair();
  #traffic: Uint8Array = new Uint8Array();
  #counter = 1n;

  constructor(long: KeyPair, serverKey: Uint8Array) {
    this.#long = long;
    this.#serverKey = serverKey;
  }

  #nextNonce(): Buffer {
    return shortNonce(this.#counter++);
  }

  /** The HELLO command's frame. */
  hello(): Buffer {
    const nonce = this.#nextNonce();
    const signature = seal(
      boxKey(this.#short.secretKey, this.#serverKey),
      nonceOf("CurveZMQHELLO---", nonce),
      Buffer.alloc(64),
    );
    return command(
      "HELLO",
      Buffer.concat([Buffer.from([1, 0]), Buffer.alloc(72), this.#short.publicKey, nonce, signature]),
    );
  }

  /** The INITIATE command's frame. @param welcome the data of the WELCOME command */
  initiate(welcome: Buffer, properties: Readonly<Record<string, string>>): Buffer {
    const opened = open(
      boxKey(this.#short.secretKey, this.#serverKey),
      nonceOf("WELCOME-", welcome.subarray(0, 16)),
      welcome.subarray(16),
    );
    const [serverShort, cookie] = [opened.subarray(0, 32), opened.subarray(32)];
    this.#traffic = boxKey(this.#short.secretKey, serverShort);
    const vouchNonce = randomBytes(16);
    const vouch = seal(
      boxKey(this.#long.secretKey, serverShort),
      nonceOf("VOUCH---", vouchNonce),
      Buffer.concat([this.#short.publicKey, this.#serverKey]),
    );
    const nonce = this.#nextNonce();
    const text = Buffer.concat([this.#long.publicKey, vouchNonce, vouch, metadata(properties)]);
    const box = seal(this.#traffic, nonceOf("CurveZMQINITIATE", nonce), text);
    return command("INITIATE", Buffer.concat([cookie, nonce, box]));
  }

  /** @param ready the data of the READY command @returns the broker's metadata */
  ready(ready: Buffer): Buffer {
    return open(this.#traffic, nonceOf("CurveZMQREADY---", ready.subarray(0, 8)), ready.subarray(8));
  }

  /** The frame that carries a frame. libzmq sends these without the bit of a command, RFC 26 calls them commands. */
  seal(flags: number, body: Uint8Array | string, options: { counter?: bigint; outerFlags?: number } = {}): Buffer {
    const nonce = options.counter === undefined ? this.#nextNonce() : shortNonce(options.counter);
    const inner = (flags & 1) | ((flags & COMMAND) === 0 ? 0 : 2);
    const text = Buffer.concat([Buffer.from([inner]), Buffer.from(body as string)]);
    const box = seal(this.#traffic, nonceOf("CurveZMQMESSAGEC", nonce), text);
    return frame(options.outerFlags ?? 0, commandBody("MESSAGE", Buffer.concat([nonce, box])));
  }

  /** The number that the next sealed frame bears. */
  get counter(): bigint {
    return this.#counter;
  }

  /** What a frame of the broker carries. @param body of the frame */
  open(body: Buffer): { readonly flags: number; readonly body: Buffer } {
    const { name, data } = readCommand(body);
    if (name !== "MESSAGE") throw new Error(`${name} is no MESSAGE.`);
    const text = open(this.#traffic, nonceOf("CurveZMQMESSAGES", data.subarray(0, 8)), data.subarray(8));
    return { flags: (text[0]! & 1) | ((text[0]! & 2) === 0 ? 0 : COMMAND), body: text.subarray(1) };
  }

  /** Goes through the handshake on a new connection. */
  async handshake(port: number, socketType: string): Promise<RawPeer> {
    const peer = await RawPeer.open(port);
    peer.send(greeting({ mechanism: "CURVE" }));
    await peer.take(64);
    peer.send(this.hello());
    const welcome = readCommand((await peer.frame()).body);
    peer.send(this.initiate(welcome.data, { "Socket-Type": socketType }));
    const ready = readCommand((await peer.frame()).body);
    if (ready.name !== "READY") throw new Error(`The handshake ended with ${ready.name}.`);
    this.ready(ready.data);
    return peer;
  }
}
