/** Lets one piece of work run at a time, in order of arrival. Work keeps the asynchronous context of its caller. */
export class Turn {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** How many wait behind the one that runs. */
  get waiting(): number {
    return this.#waiting;
  }

  async take<T>(work: () => T | Promise<T>): Promise<T> {
    const before = this.#last;
    let release = (): void => {};
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    this.#waiting += 1;
    await before;
    this.#waiting -= 1;
    try {
      return await work();
    } finally {
      release();
    }
  }
}
