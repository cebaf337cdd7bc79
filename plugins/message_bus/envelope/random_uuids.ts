/** UUIDs made at a time: asking for random bytes costs much more than a UUID takes of them. */
const BATCH = 256;
const LENGTH = 16;
const HYPHEN = 45;

/** Writes random UUIDs (RFC 9562, section 5.4) as text: a string of each would only be taken apart again. */
export class RandomUuids {
  readonly #random = new Uint8Array(BATCH * LENGTH);
  #used = this.#random.length;

  /** Writes 36 bytes, so that they end before `end`. @returns where they start */
  writeBefore(end: number, bytes: Uint8Array): number {
    const from = this.#take();
    let at = end;
    for (let index = LENGTH - 1; index >= 0; index -= 1) {
      const byte = this.#random[from + index]!;
      bytes[--at] = hexDigit(byte & 15);
      bytes[--at] = hexDigit(byte >> 4);
      if (index === 10 || index === 8 || index === 6 || index === 4) bytes[--at] = HYPHEN;
    }
    return at;
  }

  /** Where in the random bytes the next UUID is, its version and variant set. */
  #take(): number {
    const random = this.#random;
    if (this.#used === random.length) {
      crypto.getRandomValues(random);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += LENGTH;
    random[from + 6] = (random[from + 6]! & 0x0f) | 0x40;
    random[from + 8] = (random[from + 8]! & 0x3f) | 0x80;
    return from;
  }
}

/** The ASCII code of a lower-case digit; without a branch, which random digits would have the processor guess wrong. */
function hexDigit(value: number): number {
  return 48 + value + (((9 - value) >> 31) & 39);
}
