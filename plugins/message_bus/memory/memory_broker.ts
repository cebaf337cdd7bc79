import { setImmediate } from "node:timers";
import type { Broker, Endpoints } from "../engine.ts";
import { type LinkHub, MemoryLink } from "./memory_link.ts";

/** Steps within one turn of the event loop: a publisher that never stops must let it turn in between. */
const STEPS_PER_TURN = 1_000;

/** One queue for all that reaches the broker, so that everybody sees everything in the same order. */
export class MemoryBroker implements Broker, LinkHub {
  readonly endpoints: Endpoints;
  readonly #maxFrameBytes: number;
  readonly #onClose: () => void;
  readonly #links = new Set<MemoryLink>();
  /** Who subscribes, by prefix, in the order of the first subscription. */
  readonly #subscribers = new Map<string, Set<MemoryLink>>();
  #queue: (() => void)[] = [];
  #scheduled = false;
  #steps = 0;
  #alive = true;

  constructor(endpoints: Endpoints, maxFrameBytes: number, onClose: () => void) {
    this.endpoints = endpoints;
    this.#maxFrameBytes = maxFrameBytes;
    this.#onClose = onClose;
  }

  get alive(): boolean {
    return this.#alive;
  }

  attach(...[options, receiver]: Parameters<Broker["attach"]>): MemoryLink {
    const link = new MemoryLink(options, receiver);
    this.join(link);
    return link;
  }

  readonly counters = undefined;

  /** It knows no peers. */
  disconnect(): number {
    return 0;
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    this.#queue = [];
    this.#onClose();
    // A receiver is called from the event loop, never from inside a call.
    await Promise.resolve();
    for (const link of this.#links) link.detach(this.#subscribers.keys());
    this.#links.clear();
  }

  /** From now on the link hears what is subscribed, beginning with what is so already. */
  join(link: MemoryLink): void {
    this.enqueue(() => {
      if (!link.alive) return;
      this.#links.add(link);
      for (const prefix of this.#subscribers.keys()) link.tell(prefix, true);
    });
    link.attachTo(this);
  }

  leave(link: MemoryLink): void {
    this.#links.delete(link);
    for (const [prefix, links] of this.#subscribers) if (links.has(link)) this.unsubscribe(link, prefix);
  }

  subscribe(link: MemoryLink, prefix: string): void {
    const links = this.#subscribers.get(prefix);
    if (links !== undefined) {
      links.add(link);
      return;
    }
    this.#subscribers.set(prefix, new Set([link]));
    for (const other of this.#links) other.tell(prefix, true);
  }

  unsubscribe(link: MemoryLink, prefix: string): void {
    const links = this.#subscribers.get(prefix);
    if (links?.delete(link) !== true || links.size > 0) return;
    this.#subscribers.delete(prefix);
    for (const other of this.#links) other.tell(prefix, false);
  }

  route(topic: string, envelope: Uint8Array): void {
    if (envelope.length > this.#maxFrameBytes) return;
    const receivers = new Set<MemoryLink>();
    for (let end = 0; end <= topic.length; end += 1) {
      for (const link of this.#subscribers.get(topic.slice(0, end)) ?? []) receivers.add(link);
    }
    for (const link of receivers) link.deliver(topic, envelope);
  }

  enqueue(step: () => void): void {
    if (!this.#alive) return;
    this.#queue.push(step);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#steps < STEPS_PER_TURN) queueMicrotask(() => this.#run());
    else setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    if (this.#steps === 0) setImmediate(() => (this.#steps = 0));
    const queue = this.#queue;
    this.#queue = [];
    for (const step of queue) {
      this.#steps += 1;
      if (this.#alive) step();
    }
  }
}
