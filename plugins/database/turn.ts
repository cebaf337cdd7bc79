/** Lets one piece of work run at a time, in order of arrival. Work keeps the asynchronous context of its caller. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();
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
    this.#waiting += 1;
    await before;
    this.#waiting -= 1;
    return work();
  }
}
