/** The same numbers for the same seed (mulberry32), so that a round that failed can be played again. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed;
  }

  /** An integer of `[0, below)`. */
  integer(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(items.length)]!;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.integer(256)));
  }

  /** The bytes with one change: a bit flipped, a byte set, a piece cut out, put twice or put in. */
  mutate(bytes: Buffer): Buffer {
    const at = this.integer(bytes.length + 1);
    const length = 1 + this.integer(16);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const changed = Buffer.from(bytes);
    switch (this.integer(5)) {
      case 0:
        if (at < changed.length) changed[at]! ^= 1 << this.integer(8);
        return changed;
      case 1:
        if (at < changed.length) changed[at] = this.pick([0, 1, 2, 4, 0x7f, 0x80, 0xff]);
        return changed;
      case 2:
        return Buffer.concat([before, after.subarray(length)]);
      case 3:
        return Buffer.concat([before, after.subarray(0, length), after]);
      default:
        return Buffer.concat([before, this.bytes(length), after]);
    }
  }
}
