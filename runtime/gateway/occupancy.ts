import type { RequestsInside } from "../plugin_contribution.ts";

/** Counts the requests that are inside one run of one plugin. */
export class Occupancy {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

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

  /** @returns undefined when nobody is inside */
  emptied(): RequestsInside | undefined {
    if (this.#count === 0) return undefined;
    const ended = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const countNow = (): number => this.#count;
    return {
      ended,
      get count() {
        return countNow();
      },
    };
  }
}
