import type { Clock } from "../../mod.ts";
import type { Link } from "./engine.ts";
import { MAX_LENGTH } from "./topic.ts";

/** How long a topic that turned out to have no subscriber is taken to have none. */
const UNHEARD_MS = 20;
const MAX_TOPICS = 10_000;

/**
 * What is subscribed at the broker, as a publisher sees it.
 *
 * A publisher's view lags behind the broker's. `barrier()` closes the gap: it subscribes a topic of its own and waits
 * to be told of it. Subscriptions keep their order on the way to the broker and from there to each publisher, so then
 * (1) what this client subscribed before is in force at the broker, and (2) what anybody had in force there before is
 * known here.
 */
export class Interest {
  readonly #prefixes = new Set<string>();
  readonly #heard = new Map<string, boolean>();
  readonly #unheardUntil = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();
  readonly #clock: Clock;
  /** A topic that this client alone uses and subscribes for as long as it lives. */
  readonly ownTopic: string;
  readonly id: string;
  #barriers = 0;
  /** The question that goes out when the code that runs now has come to an end. */
  #next: Promise<void> | undefined;
  #connected = false;
  #breaks = 0;

  /** @param id unique among the broker's clients; a word of a topic */
  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
    this.ownTopic = `_bus.client.${id}`;
  }

  /** Whether there is a broker, as far as is known: one that answers has the client's own topic. */
  get connected(): boolean {
    return this.#connected;
  }

  /** How often the broker was there and is gone: what was sent just before may never have arrived. */
  get breaks(): number {
    return this.#breaks;
  }

  /** From the link. */
  update(prefix: string, active: boolean): void {
    if (prefix === this.ownTopic) {
      if (this.#connected && !active) this.#breaks += 1;
      this.#connected = active;
    }
    if (prefix.startsWith("_bus.")) {
      if (active) this.#waiting.get(prefix)?.();
      return;
    }
    // No topic is longer.
    if (prefix.length > MAX_LENGTH) return;
    if (active) this.#prefixes.add(prefix);
    else this.#prefixes.delete(prefix);
    this.#heard.clear();
    this.#unheardUntil.clear();
    for (const listener of this.#listeners) listener();
  }

  /** Whether somebody is known to subscribe to the topic. */
  hears(topic: string): boolean {
    const known = this.#heard.get(topic);
    if (known !== undefined) return known;
    let heard = false;
    // Not prefix by prefix: anybody may subscribe to any number of them.
    for (let end = 0; !heard && end <= topic.length; end += 1) heard = this.#prefixes.has(topic.slice(0, end));
    if (this.#heard.size >= MAX_TOPICS) this.#heard.clear();
    this.#heard.set(topic, heard);
    return heard;
  }

  /** True for a moment after `confirm` found nobody: asking again for each message would busy every publisher. */
  isUnheard(topic: string): boolean {
    const until = this.#unheardUntil.get(topic);
    return until !== undefined && this.#clock.monotonic() < until;
  }

  /** Whether somebody subscribes to the topic, made certain. */
  async confirm(topic: string, link: Link): Promise<boolean> {
    if (this.hears(topic)) return true;
    await this.barrier(link);
    if (this.hears(topic)) return true;
    if (this.#unheardUntil.size >= MAX_TOPICS) this.#unheardUntil.clear();
    this.#unheardUntil.set(topic, this.#clock.monotonic() + UNHEARD_MS);
    return false;
  }

  /** Whether somebody subscribes to the topic, now or within `ms`. Rejects with the signal's reason once it aborts. */
  async heardWithin(topic: string, ms: number, signal: AbortSignal): Promise<boolean> {
    let stop: (() => void) | undefined;
    const heard = new Promise<boolean>((resolve, reject) => {
      const look = (): void => (this.hears(topic) ? resolve(true) : undefined);
      const abort = (): void => reject(signal.reason as Error);
      const change = this.onChange(look);
      const timer = this.#clock.setTimeout(() => resolve(false), ms, { keepAlive: true });
      signal.addEventListener("abort", abort, { once: true });
      stop = () => {
        change[Symbol.dispose]();
        timer[Symbol.dispose]();
        signal.removeEventListener("abort", abort);
      };
      look();
      if (signal.aborted) abort();
    });
    return heard.finally(() => stop?.());
  }

  /** Stays pending while there is no broker. Whoever asks in one turn is answered by one question. */
  barrier(link: Link): Promise<void> {
    this.#next ??= Promise.resolve().then(() => {
      this.#next = undefined;
      return this.#ask(link);
    });
    return this.#next;
  }

  async #ask(link: Link): Promise<void> {
    const prefix = `_bus.barrier.${this.id}.${(this.#barriers += 1)}`;
    try {
      await new Promise<void>((resolve) => {
        this.#waiting.set(prefix, resolve);
        link.subscribe(prefix);
      });
    } finally {
      this.#waiting.delete(prefix);
      link.unsubscribe(prefix);
    }
  }

  /** Calls after each change, until disposed. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
