import type { Clock } from "../../mod.ts";

/** Tells those who follow the log that more of it has been committed. */
export class CommitFeed {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #lastId: number;

  constructor(clock: Clock, lastId: number) {
    this.#clock = clock;
    this.#lastId = lastId;
  }

  /** The greatest id that is on the disk. */
  get lastId(): number {
    return this.#lastId;
  }

  committed(lastId: number): void {
    this.#lastId = Math.max(this.#lastId, lastId);
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when there is more than `after`, when the time is over, or when the signal aborts. Never rejects. */
  wait(after: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#lastId > after || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        timer[Symbol.dispose]();
        signal.removeEventListener("abort", wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      signal.addEventListener("abort", wake, { once: true });
      this.#waiting.add(wake);
    });
  }
}
