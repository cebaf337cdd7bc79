import type { BrokerOptions, RefusedAttempt } from "../engine.ts";
import type { Peer } from "../peers/peer.ts";

/** Counts what peers try beyond their rights, and tells of the first attempt of each kind: a program has no other sign. */
export class Refusals {
  readonly #tell: BrokerOptions["onRefusal"];
  readonly #told = new WeakMap<Peer, Set<RefusedAttempt>>();

  constructor(tell: BrokerOptions["onRefusal"]) {
    this.#tell = tell;
  }

  note(peer: Peer, attempt: RefusedAttempt, topic: string): void {
    peer.refused += 1;
    const told = this.#told.get(peer) ?? new Set();
    if (told.has(attempt)) return;
    this.#told.set(peer, told.add(attempt));
    this.#tell?.(peer, attempt, topic);
  }
}
