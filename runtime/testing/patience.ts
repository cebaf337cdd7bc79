import { BackplaneError } from "../errors.ts";
import type { ManualClock } from "./manual_clock.ts";

const TIMEOUT_MS = 10_000;

/** Waits for what may wait for a clock that stands still: that would be for ever. */
export class Patience {
  readonly #clock: ManualClock;
  readonly #timeoutMs: number;

  constructor(clock: ManualClock, timeoutMs: number = TIMEOUT_MS) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** The promise's outcome. @throws TEST_CLOCK_STANDS when real time passes, the clock does not, and timers are set */
  async wait<T>(what: string, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const forgotten = new Promise<never>((_, reject) => {
      let seen = this.#clock.monotonic();
      const look = (): void => {
        const now = this.#clock.monotonic();
        if (now === seen && this.#clock.pending.all > 0) reject(this.#error(what));
        else timer = setTimeout(look, this.#timeoutMs);
        seen = now;
      };
      timer = setTimeout(look, this.#timeoutMs);
    });
    try {
      return await Promise.race([promise, forgotten]);
    } finally {
      clearTimeout(timer);
    }
  }

  #error(what: string): BackplaneError {
    const { all } = this.#clock.pending;
    const timers = all === 1 ? "1 timer is" : `${all} timers are`;
    const message = `Cannot finish ${what}: it waits, ${timers} set on the test's clock, and the clock stands still.`;
    return new BackplaneError("TEST_CLOCK_STANDS", message, {
      remedy: "Do not await it at once: keep the promise, call test.clock.advance(ms), then await the promise.",
      details: { timers: all },
    });
  }
}
