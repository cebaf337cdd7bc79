import { Peer, type Peers } from "../../../../../plugins/message_bus/peers/peer.ts";
import { everything, type Rights } from "../../../../../plugins/message_bus/peers/rights.ts";
import { type KeyPair, keyPair } from "./curve_client.ts";

/** Peers as a test wants them: each made with a key and rights; who has no key may do everything, if any may come. */
export class KeyedPeers implements Peers {
  readonly server: KeyPair = keyPair();
  readonly anonymous: Peer | undefined;
  readonly #byKey = new Map<string, Peer>();

  constructor({ anonymous }: { readonly anonymous: boolean }) {
    this.anonymous = anonymous ? new Peer("anonymous", everything) : undefined;
  }

  get secretKey(): Uint8Array {
    return this.server.secretKey;
  }

  get publicKey(): Uint8Array {
    return this.server.publicKey;
  }

  /** A new peer and its keys. */
  add(name: string, rights: Rights = everything): { readonly peer: Peer; readonly keys: KeyPair } {
    const [peer, keys] = [new Peer(name, rights), keyPair()];
    this.#byKey.set(hex(keys.publicKey), peer);
    return { peer, keys };
  }

  withKey(key: Uint8Array): Peer | undefined {
    return this.#byKey.get(hex(key));
  }

  maySign(peer: Peer, source: string): boolean {
    return peer === this.anonymous ? !this.#names().includes(source) : peer.name === source;
  }

  #names(): string[] {
    return Array.from(this.#byKey.values(), ({ name }) => name);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
