import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Lets one piece of work run at a time, in order of arrival. Work keeps the asynchronous context of its caller. Between
 * two that stand in line the event loop turns once: work on the database is synchronous, so a long line would hold up
 * everything else until its end.
 */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();
  #inside = 0;
  #waiting = 0;

  /** How many wait behind the one that runs. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves or rejects as `work` does, once everything taken before has settled. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#after(this.#last, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #after<T>(before: Promise<unknown>, work: () => T | Promise<T>): Promise<T> {
    const isInLine = this.#inside > 0;
    this.#inside += 1;
    this.#waiting += 1;
    try {
      await before;
      if (isInLine) await nextTurn();
      this.#waiting -= 1;
      return await work();
    } finally {
      this.#inside -= 1;
    }
  }
}
