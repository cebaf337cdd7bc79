import { setImmediate } from "node:timers";
import type { Clock } from "../../runtime/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  readonly keepAlive: boolean;
}

/** Resolves when every promise that can go on without the outside world has gone on. */
export function promisesDone(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Time that stands still until it is told to pass. Begins at 1,000,000 ms since the epoch; monotonic at 0. */
export class ManualClock implements Clock {
  #passed = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return 1_000_000 + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  setTimeout(callback: () => void, ms: number, options?: { readonly keepAlive?: boolean }): Disposable {
    const timer: Timer = { at: this.#passed + ms, callback, keepAlive: options?.keepAlive === true };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Timers that are set, and of them those that keep a process alive. */
  get pending(): { readonly all: number; readonly keepAlive: number } {
    const timers = [...this.#timers];
    return { all: timers.length, keepAlive: timers.filter((timer) => timer.keepAlive).length };
  }

  /** Lets time pass: calls each timer at its moment, in order, and lets promises go on before and after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#passed + ms;
    await promisesDone();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#passed = Math.max(this.#passed, next.at);
      next.callback();
      await promisesDone();
    }
    this.#passed = end;
  }

  /** The earliest timer up to that moment; of several the one that was set first. */
  #next(end: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (earliest === undefined || timer.at < earliest.at)) earliest = timer;
    }
    return earliest;
  }
}
