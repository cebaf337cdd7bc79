import { hasSource, sourceOf } from "../envelope/source.ts";
import type { Peer, Peers } from "../peers/peer.ts";
import { type FramePlace, readFrameHeader } from "./frame.ts";

const MAX_NAMES = 1_000;

/** Holds what one peer sends to the name it has: looks at the envelope's `source` and at nothing else. */
export class SourceCheck {
  readonly #peer: Peer;
  readonly #peers: Peers;
  readonly #name: Uint8Array;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };
  /** The names that a peer without one used, and whether it may. */
  readonly #used = new Map<string, boolean>();

  constructor(peer: Peer, peers: Peers) {
    this.#peer = peer;
    this.#peers = peers;
    this.#name = new TextEncoder().encode(peer.name);
  }

  /** @param at where the second frame of the message begins; @param end where the message ends */
  accepts(bytes: Uint8Array, at: number, end: number): boolean {
    const anonymous = this.#peer === this.#peers.anonymous;
    if (at === end) return anonymous;
    const place = this.#place;
    readFrameHeader(bytes, at, place);
    if (!anonymous) return hasSource(bytes, place.body, place.end, this.#name);
    const name = sourceOf(bytes, place.body, place.end);
    // Who does not say a name takes nobody's.
    return name === undefined || (this.#used.get(name) ?? this.#look(name));
  }

  #look(name: string): boolean {
    const may = this.#peers.maySign(this.#peer, name);
    if (this.#used.size >= MAX_NAMES) this.#used.clear();
    this.#used.set(name, may);
    return may;
  }
}
