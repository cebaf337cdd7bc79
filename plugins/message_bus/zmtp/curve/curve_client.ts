import { buildCommand, encodeMetadata, parseMetadata, readCommand, refusalOf } from "../command.ts";
import type { Mechanism, Metadata } from "../mechanism.ts";
import { CurveTraffic } from "./curve_traffic.ts";
import { fieldsOf, LONG_NONCE_BYTES, malformed, openBox, sealBox } from "./handshake_box.ts";
import { agreeKey } from "./key_agreement.ts";
import { generateKeyPair, KEY_BYTES, type KeyPair, publicKeyOf, type Random } from "./keys.ts";
import { COOKIE_BYTES, HELLO_PADDING_BYTES, HELLO_TEXT_BYTES, VERSION } from "./layout.ts";
import { TAG_BYTES } from "./message_box.ts";
import { readShortNonce, SHORT_NONCE_BYTES, shortNonce } from "./short_nonce.ts";

/** HELLO is the first command of a client, INITIATE its second. */
const HELLO_NONCE = 1;
const INITIATE_NONCE = 2;

export interface CurveClientOptions {
  /** Of 32 bytes; stays the caller's, who wipes it. */
  readonly secretKey: Uint8Array;
  /** Saves computing it from the secret one. */
  readonly publicKey?: Uint8Array;
  /** The key that the server must prove to have. */
  readonly serverKey: Uint8Array;
  readonly metadata: Metadata;
  readonly random: Random;
}

/** The client's side of CURVE (RFC 26): HELLO, then INITIATE for a WELCOME, then a READY is awaited. */
export class CurveClient implements Mechanism {
  readonly #options: CurveClientOptions;
  /** The keys of this connection alone; the secret one is wiped once it has agreed with the server's. */
  readonly #transient: KeyPair;
  /** Agreed by the transient key with what is known of the server: its permanent key, then its transient one. */
  #key: Uint8Array;
  #awaits: "WELCOME" | "READY" | undefined = "WELCOME";
  #metadata: Metadata = new Map();
  #traffic: CurveTraffic | undefined;

  /** @throws ProtocolError when the server's key is none */
  constructor(options: CurveClientOptions) {
    this.#options = options;
    this.#transient = generateKeyPair(options.random);
    this.#key = agreeKey(options.serverKey, this.#transient);
  }

  get done(): boolean {
    return this.#traffic !== undefined;
  }
  get metadata(): Metadata {
    return this.#metadata;
  }
  get peerKey(): Uint8Array | undefined {
    return this.done ? this.#options.serverKey : undefined;
  }
  get traffic(): CurveTraffic | undefined {
    return this.#traffic;
  }

  begin(): Uint8Array {
    const nonce = shortNonce(HELLO_NONCE);
    const signature = sealBox(this.#key, "CurveZMQHELLO---", nonce, new Uint8Array(HELLO_TEXT_BYTES));
    const padding = new Uint8Array(HELLO_PADDING_BYTES);
    return buildCommand("HELLO", VERSION, padding, this.#transient.publicKey, nonce, signature);
  }

  receive(command: Uint8Array): Uint8Array | undefined {
    const { name, data } = readCommand(command, "handshake");
    const awaits = this.#awaits;
    // Whatever comes next: a command that was refused is not followed by a better one.
    this.#awaits = undefined;
    if (name === "ERROR" && awaits !== undefined) throw refusalOf(data);
    if (name !== awaits) throw malformed(`${name} is not expected here`);
    if (awaits === "WELCOME") return this.#initiate(data);
    this.#finish(data);
  }

  #initiate(data: Uint8Array): Uint8Array {
    const [nonce, box] = fieldsOf(data, [LONG_NONCE_BYTES, KEY_BYTES + COOKIE_BYTES + TAG_BYTES]);
    const [serverTransient, cookie] = fieldsOf(openBox(this.#key, "WELCOME-", nonce, box), [KEY_BYTES, COOKIE_BYTES]);
    this.#key.fill(0);
    this.#key = agreeKey(serverTransient, this.#transient);
    this.#transient.secretKey.fill(0);
    this.#awaits = "READY";
    const initiateNonce = shortNonce(INITIATE_NONCE);
    const initiate = sealBox(this.#key, "CurveZMQINITIATE", initiateNonce, ...this.#introduction(serverTransient));
    return buildCommand("INITIATE", cookie, initiateNonce, initiate);
  }

  /** Who this is: the permanent key, a vouch with it for the transient one and for no other server, the metadata. */
  #introduction(serverTransient: Uint8Array): Uint8Array[] {
    const { secretKey, publicKey = publicKeyOf(secretKey), serverKey, metadata, random } = this.#options;
    const nonce = random(LONG_NONCE_BYTES);
    const key = agreeKey(serverTransient, { publicKey, secretKey });
    const vouch = sealBox(key, "VOUCH---", nonce, this.#transient.publicKey, serverKey);
    key.fill(0);
    return [publicKey, nonce, vouch, encodeMetadata(metadata)];
  }

  #finish(data: Uint8Array): void {
    const [nonce] = fieldsOf(data.subarray(0, SHORT_NONCE_BYTES), [SHORT_NONCE_BYTES]);
    const received = readShortNonce(nonce, 0, undefined, "handshake");
    const text = openBox(this.#key, "CurveZMQREADY---", nonce, data.subarray(SHORT_NONCE_BYTES));
    this.#metadata = parseMetadata(text);
    this.#traffic = new CurveTraffic("client", this.#key, INITIATE_NONCE, received);
    this.#key.fill(0);
  }
}
