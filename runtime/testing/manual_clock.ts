import { setImmediate } from "node:timers";
import type { Clock } from "../clock.ts";
import { BackplaneError } from "../errors.ts";
import { milliseconds } from "../option_rule.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  readonly keepAlive: boolean;
}

/** Resolves when every promise that can go on without the outside world has gone on. */
export function promisesDone(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export interface ManualClockOptions {
  /** Where it begins, in milliseconds since the epoch. Default: 1,000,000. */
  readonly now?: number;
  /** Awaited before time passes: then what shall see it pass is there. */
  readonly ready?: () => Promise<void>;
}

/** Time that stands still until it is told to pass. Its monotonic time begins at 0. */
export class ManualClock implements Clock {
  readonly #began: number;
  readonly #ready: () => Promise<void>;
  #passed = 0;
  readonly #timers = new Set<Timer>();

  constructor({ now = 1_000_000, ready = async () => undefined }: ManualClockOptions = {}) {
    this.#began = now;
    this.#ready = ready;
  }

  now(): number {
    return this.#began + this.#passed;
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

  /**
   * Lets time pass: calls each timer at its moment, in order, and lets promises go on before and after each. What waits
   * for the world outside, a file or a socket, is not waited for.
   * @throws TEST_OPTIONS_INVALID for what is no number of milliseconds, 0 or more
   */
  async advance(ms: number): Promise<void> {
    if (!milliseconds.holds(ms)) throw noTime(ms);
    await this.#ready();
    await promisesDone();
    const end = this.#passed + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#passed = Math.max(this.#passed, next.at);
      next.callback();
      await promisesDone();
    }
    // Somebody else may have let more time pass meanwhile.
    this.#passed = Math.max(this.#passed, end);
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

function noTime(ms: unknown): BackplaneError {
  const message = `Cannot let time pass: advance(ms) needs ${milliseconds.must}, and got ${String(ms)}.`;
  return new BackplaneError("TEST_OPTIONS_INVALID", message, {
    remedy: "Give the milliseconds that shall pass; time does not go back.",
  });
}
