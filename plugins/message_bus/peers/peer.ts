import type { Rights } from "./rights.ts";

/** A word of a topic and the name of a file, and none that a command takes for an option. */
export const PEER_NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;
/** All the programs without a key together. */
export const ANONYMOUS = "anonymous";
/** `backplane bus`, by the install's own key. */
export const CLI = "cli";

/** What one peer did, over all its connections since the broker began. Plain data. */
export interface PeerCounters {
  /** Messages that came from it and were passed on. */
  readonly in: number;
  readonly bytesIn: number;
  /** Messages handed to it. */
  readonly out: number;
  readonly bytesOut: number;
  /** Messages for it that were dropped because too many waited. */
  readonly dropped: number;
  /** Messages and subscriptions of its that its rights do not allow, and messages that it may not sign. */
  readonly refused: number;
}

/**
 * Who publishes or subscribes, as the broker knows it: a program by its key, a plugin by its name, or `anonymous`, all
 * the programs without a key together.
 */
export class Peer {
  /** Changes only in a client, when the broker says who it is; so do its rights. */
  name: string;
  rights: Rights;
  in = 0;
  bytesIn = 0;
  out = 0;
  bytesOut = 0;
  dropped = 0;
  refused = 0;

  constructor(name: string, rights: Rights) {
    this.name = name;
    this.rights = rights;
  }

  /** A message came from it and is passed on. */
  countIn(bytes: number): void {
    this.in += 1;
    this.bytesIn += bytes;
  }

  /** Messages are handed to it. @param bytes of all of them */
  countOut(messages: number, bytes: number): void {
    this.out += messages;
    this.bytesOut += bytes;
  }

  get counters(): PeerCounters {
    const { in: received, bytesIn, out, bytesOut, dropped, refused } = this;
    return { in: received, bytesIn, out, bytesOut, dropped, refused };
  }
}

/** Who may connect to a broker. */
export interface Peers {
  /** The broker's long-term secret key, 32 bytes; undefined: CURVE is not spoken. */
  readonly secretKey: Uint8Array | undefined;
  /** The public key that belongs to it. */
  readonly publicKey: Uint8Array | undefined;
  /** Whose key of 32 bytes it is; undefined: nobody's, to be refused. */
  withKey(key: Uint8Array): Peer | undefined;
  /** Programs without a key; undefined: none may connect. */
  readonly anonymous: Peer | undefined;
  /** Whether the peer may publish under a source's name: its own; `anonymous` any that is nobody else's. */
  maySign(peer: Peer, source: string): boolean;
}
