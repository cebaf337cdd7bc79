/** Counts the requests that are inside one run of one plugin. */
export class Occupancy {
  #count = 0;
  #waiting: (() => void)[] = [];

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** @returns a promise of the moment nobody is inside; undefined when that is now */
  emptied(): Promise<void> | undefined {
    if (this.#count === 0) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
