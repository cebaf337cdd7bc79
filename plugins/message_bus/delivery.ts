import type { BusMessage, Subscription, SubscriptionCounters } from "./contract.ts";
import type { ReceivedMessage } from "./envelope/message.ts";
import type { Peer } from "./peers/peer.ts";
import type { TopicPattern } from "./topic.ts";

export interface DeliveryOptions {
  readonly queueLimit: number;
  readonly concurrency: number;
  /** On whose account, and with whose rights. */
  readonly peer?: Peer | undefined;
  /** Told of each failed call of the handler, with how many there have been. */
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly onClose: () => void;
}

/**
 * One subscription: calls its handler in the order of arrival, at most `concurrency` calls at a time, and holds what
 * comes meanwhile in a bounded queue. A handler that answers at once never queues.
 */
export class Delivery implements Subscription {
  readonly topics: TopicPattern;
  readonly peer: Peer | undefined;
  readonly #handler: (message: BusMessage) => void | Promise<void>;
  readonly #options: DeliveryOptions;
  #queue: ReceivedMessage[] = [];
  #head = 0;
  #active = 0;
  #delivered = 0;
  #dropped = 0;
  #failed = 0;
  #open = true;

  constructor(topics: TopicPattern, handler: (message: BusMessage) => void | Promise<void>, options: DeliveryOptions) {
    this.topics = topics;
    this.peer = options.peer;
    this.#handler = handler;
    this.#options = options;
  }

  get pattern(): string {
    return this.topics.text;
  }

  get counters(): SubscriptionCounters {
    const queued = this.#queue.length - this.#head;
    return { delivered: this.#delivered, dropped: this.#dropped, failed: this.#failed, queued };
  }

  /** Whether messages of a topic are for it. */
  takes(topic: string): boolean {
    return this.topics.matches(topic) && this.peer?.rights.mayReceive(topic) !== false;
  }

  /** Takes a message that nobody else has. False when it was dropped because too many wait. */
  offer(message: ReceivedMessage): boolean {
    if (!this.#open) return true;
    if (this.#active < this.#options.concurrency) {
      this.#call(message);
      return true;
    }
    if (this.#queue.length - this.#head >= this.#options.queueLimit) {
      this.#dropped += 1;
      return false;
    }
    message.own();
    this.#queue.push(message);
    return true;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#queue = [];
    this.#head = 0;
    this.#options.onClose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call(message: ReceivedMessage): void {
    this.#delivered += 1;
    try {
      const result = this.#handler(message);
      if (isPromiseLike(result)) void this.#settle(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #settle(result: PromiseLike<void>): Promise<void> {
    this.#active += 1;
    try {
      await result;
    } catch (error) {
      this.#fail(error);
    }
    this.#active -= 1;
    this.#next();
  }

  #next(): void {
    while (this.#active < this.#options.concurrency && this.#head < this.#queue.length) {
      const message = this.#queue[this.#head++];
      // Soon, for it holds the bytes of what has been called.
      if (this.#head * 2 >= this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
      if (message !== undefined) this.#call(message);
    }
  }

  #fail(error: unknown): void {
    this.#failed += 1;
    this.#options.onFailure(error, this.#failed);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<void> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
