import type { Clock } from "../clock.ts";

interface Deadline extends Disposable {
  readonly at: number;
  readonly expire: () => void;
}

/**
 * Many deadlines on one timer of the clock: plugins start by the thousand, and nearly no deadline is ever reached.
 * The timer keeps the process alive, so that a phase that waits for nothing still ends.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #timer: Disposable | undefined;
  #timerAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` once, after `ms`; disposing cancels. */
  add(ms: number, expire: () => void): Disposable {
    const deadline: Deadline = {
      at: this.#clock.monotonic() + ms,
      expire,
      [Symbol.dispose]: () => this.#cancel(deadline),
    };
    this.#open.add(deadline);
    if (deadline.at < this.#timerAt) this.#arm(deadline.at);
    return deadline;
  }

  #cancel(deadline: Deadline): void {
    if (this.#open.delete(deadline) && this.#open.size === 0) this.#disarm();
  }

  #arm(at: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    const ms = Math.max(0, at - this.#clock.monotonic());
    this.#timer = this.#clock.setTimeout(() => this.#fire(), ms, { keepAlive: true });
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #fire(): void {
    this.#disarm();
    const now = this.#clock.monotonic();
    const due = [...this.#open].filter((deadline) => deadline.at <= now);
    for (const deadline of due) this.#open.delete(deadline);
    let next = Infinity;
    for (const deadline of this.#open) next = Math.min(next, deadline.at);
    if (next < Infinity) this.#arm(next);
    for (const deadline of due) deadline.expire();
  }
}
