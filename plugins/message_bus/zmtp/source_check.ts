import { hasSource, sourceOf } from "../envelope/source.ts";
import type { Peer, Peers } from "../peers/peer.ts";
import { type FramePlace, readFrameHeader } from "./frame.ts";

/** Holds what one peer sends to the name it has: looks at the envelope's `source` and at nothing else. */
export class SourceCheck {
  readonly #peer: Peer;
  readonly #peers: Peers;
  readonly #name: Uint8Array;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };

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
    // Who looks for the envelope in another frame would find one there that nobody looked at.
    if (place.end !== end) return false;
    if (!anonymous) return hasSource(bytes, place.body, place.end, this.#name);
    const name = sourceOf(bytes, place.body, place.end);
    // What is no envelope to us may be one to a careless receiver, with a source in it.
    if (name === undefined) return false;
    // Who does not say a name takes nobody's. Asked each time: a name may be taken by a plugin or a key at any time.
    return name === "" || this.#peers.maySign(this.#peer, name);
  }
}
