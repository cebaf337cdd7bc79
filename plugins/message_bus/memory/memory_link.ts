import type { Link, LinkOptions, LinkReceiver } from "../engine.ts";

/** The broker as its links see it. */
export interface LinkHub {
  /** Runs the step after all that were queued before, once the code that runs now has come to an end. */
  enqueue(step: () => void): void;
  subscribe(link: MemoryLink, prefix: string): void;
  unsubscribe(link: MemoryLink, prefix: string): void;
  /** Hands the message to every link that subscribes to a beginning of its topic. */
  route(topic: string, envelope: Uint8Array): void;
  leave(link: MemoryLink): void;
}

interface Waiting {
  /** How many must have left. */
  readonly count: number;
  readonly resolve: () => void;
}

/** As many as the engine on libzmq takes, so that a publisher meets a full link at the same place. */
const MAX_WAITING = 1_000;

/** A link to a broker in the same process. While there is none, what is sent waits. */
export class MemoryLink implements Link {
  readonly #receiver: LinkReceiver;
  readonly #limit: number;
  readonly #prefixes = new Set<string>();
  /** What has not reached a broker yet. */
  #outgoing: (readonly [topic: string, envelope: Uint8Array])[] = [];
  #waiting: Waiting[] = [];
  #left = 0;
  #broker: LinkHub | undefined;
  #onClose: (() => void) | undefined;
  #open = true;

  constructor({ highWaterMark }: LinkOptions, receiver: LinkReceiver) {
    this.#limit = Math.min(highWaterMark, MAX_WAITING);
    this.#receiver = receiver;
  }

  get alive(): boolean {
    return this.#open;
  }

  get full(): boolean {
    return this.#open && this.#outgoing.length >= this.#limit;
  }

  send(topic: string, envelope: Uint8Array): void {
    if (!this.#open) return;
    // Not slice(), which of a Buffer would be a view.
    this.#outgoing.push([topic, new Uint8Array(envelope)]);
    this.#broker?.enqueue(() => this.#forward());
  }

  async drained(): Promise<void> {
    const count = this.#left + this.#outgoing.length;
    if (!this.#open || count === this.#left) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  subscribe(prefix: string): void {
    if (!this.#open) return;
    this.#prefixes.add(prefix);
    this.#broker?.enqueue(() => this.#broker?.subscribe(this, prefix));
  }

  unsubscribe(prefix: string): void {
    if (!this.#open) return;
    this.#prefixes.delete(prefix);
    this.#broker?.enqueue(() => this.#broker?.unsubscribe(this, prefix));
  }

  async close(lingerMs: number): Promise<void> {
    // With a broker it takes no time; without one nothing would come of waiting.
    if (lingerMs > 0 && this.#broker !== undefined) await this.drained();
    if (!this.#open) return;
    this.#open = false;
    this.#outgoing = [];
    this.#settle();
    this.#onClose?.();
    const broker = this.#broker;
    this.#broker = undefined;
    broker?.enqueue(() => broker.leave(this));
  }

  /** Calls when the link closes. */
  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  /** For the broker: it is here; it gets what this link subscribes and what waits. */
  attachTo(broker: LinkHub): void {
    this.#broker = broker;
    for (const prefix of this.#prefixes) broker.enqueue(() => broker.subscribe(this, prefix));
    for (const _ of this.#outgoing) broker.enqueue(() => this.#forward());
  }

  /** For the broker: it is gone, and with it all that was subscribed. */
  detach(prefixes: Iterable<string>): void {
    this.#broker = undefined;
    for (const prefix of prefixes) this.tell(prefix, false);
  }

  tell(prefix: string, active: boolean): void {
    if (this.#open) this.#receiver.onInterest(prefix, active);
  }

  deliver(topic: string, envelope: Uint8Array): void {
    if (this.#open) this.#receiver.onMessage(topic, envelope);
  }

  #forward(): void {
    const message = this.#outgoing.shift();
    if (message === undefined) return;
    this.#left += 1;
    this.#broker?.route(...message);
    this.#settle();
  }

  /** Wakes whoever waits for what has left by now; all of them once the link is closed. */
  #settle(): void {
    const ready = this.#waiting.filter(({ count }) => !this.#open || count <= this.#left);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { resolve } of ready) resolve();
  }
}
