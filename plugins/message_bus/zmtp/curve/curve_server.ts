import { equalBytes } from "@noble/ciphers/utils.js";
import { buildCommand, encodeMetadata, parseMetadata, readCommand } from "../command.ts";
import type { Mechanism, Metadata } from "../mechanism.ts";
import { ProtocolError } from "../protocol_error.ts";
import { CurveTraffic } from "./curve_traffic.ts";
import { fieldsOf, LONG_NONCE_BYTES, malformed, openBox, sealBox } from "./handshake_box.ts";
import { agreeKey } from "./key_agreement.ts";
import { generateKeyPair, KEY_BYTES, type KeyPair, publicKeyOf, type Random } from "./keys.ts";
import {
  COOKIE_BOX_BYTES,
  HELLO_PADDING_BYTES,
  HELLO_TEXT_BYTES,
  INTRODUCTION_BYTES,
  VERSION,
  VOUCH_BOX_BYTES,
} from "./layout.ts";
import { TAG_BYTES } from "./message_box.ts";
import { readShortNonce, SHORT_NONCE_BYTES, shortNonce } from "./short_nonce.ts";

/** READY is the first command of a server with a short nonce. */
const READY_NONCE = 1;

export interface CurveServerOptions {
  /** Of 32 bytes; stays the caller's, who wipes it. */
  readonly secretKey: Uint8Array;
  /** Saves computing it from the secret one for every connection. */
  readonly publicKey?: Uint8Array;
  readonly metadata: Metadata;
  /** Whether a client with this permanent key may connect; asked once it has proven to have it. */
  readonly isKnown: (key: Uint8Array) => boolean;
  readonly random: Random;
}

/**
 * The server's side of CURVE (RFC 26): WELCOME for a HELLO, READY for an INITIATE. Between the two it keeps no secret
 * but the key of the cookie, which is this connection's own: the client's cookie opens here and nowhere else, once.
 */
export class CurveServer implements Mechanism {
  readonly #options: CurveServerOptions;
  readonly #permanent: KeyPair;
  #awaits: "HELLO" | "INITIATE" | undefined = "HELLO";
  #cookieKey: Uint8Array = new Uint8Array(0);
  /** Public as well, and told to the client; its secret key is in the cookie. */
  #transientKey: Uint8Array = new Uint8Array(0);
  /** The short nonce of the client's last command. */
  #received: number | undefined;
  #peerKey: Uint8Array | undefined;
  #metadata: Metadata = new Map();
  #traffic: CurveTraffic | undefined;

  constructor(options: CurveServerOptions) {
    const { secretKey, publicKey = publicKeyOf(secretKey) } = options;
    this.#options = options;
    this.#permanent = { secretKey, publicKey };
  }

  get done(): boolean {
    return this.#traffic !== undefined;
  }
  get metadata(): Metadata {
    return this.#metadata;
  }
  get peerKey(): Uint8Array | undefined {
    return this.#peerKey;
  }
  get traffic(): CurveTraffic | undefined {
    return this.#traffic;
  }

  begin(): undefined {}

  /** @throws ProtocolError "handshake", or "unknown_key" for a client that is nobody here */
  receive(command: Uint8Array): Uint8Array {
    const { name, data } = readCommand(command, "handshake");
    const awaits = this.#awaits;
    // Whatever comes next: a command that was refused is not followed by a better one.
    this.#awaits = undefined;
    if (name !== awaits) throw malformed(`${name} is not expected here`);
    return awaits === "HELLO" ? this.#welcome(data) : this.#ready(data);
  }

  #welcome(data: Uint8Array): Uint8Array {
    const lengths = [2, HELLO_PADDING_BYTES, KEY_BYTES, SHORT_NONCE_BYTES, HELLO_TEXT_BYTES + TAG_BYTES] as const;
    const [version, padding, clientTransient, nonce, signature] = fieldsOf(data, lengths);
    if (!equalBytes(version, VERSION)) throw malformed("HELLO is of another version");
    if (!isZero(padding)) throw malformed("HELLO has no padding of zeros");
    this.#received = readShortNonce(nonce, 0, undefined, "handshake");
    const key = agreeKey(clientTransient, this.#permanent);
    if (!isZero(openBox(key, "CurveZMQHELLO---", nonce, signature))) throw malformed("HELLO has a wrong signature");
    const welcomeNonce = this.#options.random(LONG_NONCE_BYTES);
    const welcome = sealBox(key, "WELCOME-", welcomeNonce, ...this.#transientAndCookie(clientTransient));
    key.fill(0);
    this.#awaits = "INITIATE";
    return buildCommand("WELCOME", welcomeNonce, welcome);
  }

  /** A new key pair for this connection, its secret key in the cookie alone. */
  #transientAndCookie(clientTransient: Uint8Array): Uint8Array[] {
    const { random } = this.#options;
    const { publicKey, secretKey } = generateKeyPair(random);
    this.#cookieKey = random(KEY_BYTES);
    const nonce = random(LONG_NONCE_BYTES);
    const cookie = sealBox(this.#cookieKey, "COOKIE--", nonce, clientTransient, secretKey);
    secretKey.fill(0);
    this.#transientKey = publicKey;
    return [publicKey, nonce, cookie];
  }

  #ready(data: Uint8Array): Uint8Array {
    const fixed = LONG_NONCE_BYTES + COOKIE_BOX_BYTES + SHORT_NONCE_BYTES;
    const lengths = [LONG_NONCE_BYTES, COOKIE_BOX_BYTES, SHORT_NONCE_BYTES] as const;
    const [cookieNonce, cookieBox, nonce] = fieldsOf(data.subarray(0, fixed), lengths);
    this.#received = readShortNonce(nonce, 0, this.#received, "handshake");
    const cookie = openBox(this.#cookieKey, "COOKIE--", cookieNonce, cookieBox);
    this.#cookieKey.fill(0);
    const [clientTransient, secretKey] = fieldsOf(cookie, [KEY_BYTES, KEY_BYTES]);
    const transient: KeyPair = { publicKey: this.#transientKey, secretKey };
    const key = agreeKey(clientTransient, transient);
    const introduction = openBox(key, "CurveZMQINITIATE", nonce, data.subarray(fixed));
    this.#meet(introduction, clientTransient, transient);
    cookie.fill(0);
    return this.#finish(key);
  }

  /** Checks who the client is, its transient key being proven. */
  #meet(introduction: Uint8Array, clientTransient: Uint8Array, transient: KeyPair): void {
    const head = introduction.subarray(0, INTRODUCTION_BYTES);
    const [clientKey, nonce, vouchBox] = fieldsOf(head, [KEY_BYTES, LONG_NONCE_BYTES, VOUCH_BOX_BYTES]);
    const key = agreeKey(clientKey, transient);
    const [vouchedClient, vouchedServer] = fieldsOf(openBox(key, "VOUCH---", nonce, vouchBox), [KEY_BYTES, KEY_BYTES]);
    key.fill(0);
    if (!equalBytes(vouchedClient, clientTransient)) throw malformed("the vouch is for another connection");
    if (!equalBytes(vouchedServer, this.#permanent.publicKey)) throw malformed("the vouch is for another server");
    const peerKey = new Uint8Array(clientKey);
    if (!this.#options.isKnown(peerKey))
      throw new ProtocolError("unknown_key", "Cannot let a client in: its key is known to nobody.");
    this.#metadata = parseMetadata(introduction.subarray(INTRODUCTION_BYTES));
    this.#peerKey = peerKey;
  }

  #finish(key: Uint8Array): Uint8Array {
    const nonce = shortNonce(READY_NONCE);
    const box = sealBox(key, "CurveZMQREADY---", nonce, encodeMetadata(this.#options.metadata));
    this.#traffic = new CurveTraffic("server", key, READY_NONCE, this.#received ?? 0);
    key.fill(0);
    return buildCommand("READY", nonce, box);
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
