/**
 * Memory that the connections of a broker share. Each may hold as much as is still free: one that does not read gets a
 * large part, a thousand get a small one each, and as much is left to whoever comes after them. (Choudhury and Hahne,
 * "Dynamic queue length thresholds for shared-memory packet switches", 1998.)
 */
export class SharedRoom {
  readonly #bytes: number;
  #used = 0;

  /** @param bytes of all together */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** What one connection may hold, in bytes. */
  get free(): number {
    return this.#bytes - this.#used;
  }

  /** @param bytes fewer than zero when they are given back */
  take(bytes: number): void {
    this.#used += bytes;
  }
}
