/** 2^130 is held as six limbs of 22 bits, each a double: sums of their products stay exact, below 2^53. */
const LIMB_BITS = 22;
const LIMB = 2 ** LIMB_BITS;
const PER_LIMB = 1 / LIMB;
const MASK = LIMB - 1;
/** The limbs above the lowest 130 bits: the highest limb has 20 of its own. */
const TOP_LIMB = 2 ** 20;
/** Added and taken away again, it rounds a double to a multiple of 2^22: what a limb carries to the next. */
const ROUND = 1.5 * 2 ** (52 + LIMB_BITS);
/** Six limbs are 132 bits, two more than the modulus 2^130 - 5 has: what leaves at the top comes back as 5 * 4. */
const WRAP = 20;
/** The bit that ends a whole block, 2^128, in the highest limb. */
const BLOCK_END = 2 ** 18;
const BLOCK_WORDS = 4;
const BLOCK_BYTES = 16;

/**
 * The one-time authenticator Poly1305 (https://cr.yp.to/mac/poly1305-20050329.pdf), on 32-bit little-endian words.
 * Here and not from @noble/ciphers because that one makes six arrays a message. A test holds it to @noble's results.
 */
export class Poly1305 {
  readonly #r = new Float64Array(6);
  readonly #h = new Float64Array(6);
  readonly #tail = new Int32Array(BLOCK_WORDS);
  readonly #tailBytes = new Uint8Array(this.#tail.buffer);
  readonly #tag = new Int32Array(BLOCK_WORDS);

  /**
   * Authenticates `length` bytes of `words` from the word `from` on.
   * @param bytes the same memory as `words`
   * @param key its first 8 words are the key, for this message alone
   * @returns the tag, four words that hold until the next call
   */
  tagOf(words: Int32Array, bytes: Uint8Array, from: number, length: number, key: Int32Array): Int32Array {
    this.#begin(key);
    const rest = length % BLOCK_BYTES;
    const whole = (length - rest) / 4;
    this.#absorb(words, from, from + whole, BLOCK_END);
    if (rest > 0) this.#absorbRest(bytes, (from + whole) * 4, rest);
    reduce(this.#h);
    addPad(this.#h, key, this.#tag);
    return this.#tag;
  }

  #begin(key: Int32Array): void {
    const a = key[0]! & 0x0fffffff;
    const b = key[1]! & 0x0ffffffc;
    const c = key[2]! & 0x0ffffffc;
    const d = key[3]! & 0x0ffffffc;
    const r = this.#r;
    r[0] = a & MASK;
    r[1] = ((a >>> 22) | (b << 10)) & MASK;
    r[2] = ((b >>> 12) | (c << 20)) & MASK;
    r[3] = (c >>> 2) & MASK;
    r[4] = ((c >>> 24) | (d << 8)) & MASK;
    r[5] = d >>> 14;
    this.#h.fill(0);
  }

  /** The last block, if not whole: a byte of one behind its end, then zeros. */
  #absorbRest(bytes: Uint8Array, from: number, length: number): void {
    this.#tail.fill(0);
    for (let index = 0; index < length; index += 1) this.#tailBytes[index] = bytes[from + index]!;
    this.#tailBytes[length] = 1;
    this.#absorb(this.#tail, 0, BLOCK_WORDS, 0);
  }

  /** h = (h + block) * r for each block; limbs are carried as far as the next product needs it. */
  // oxlint-disable-next-line max-lines-per-function -- limbs in variables of their own are what makes it fast
  #absorb(words: Int32Array, from: number, to: number, end: number): void {
    const r = this.#r;
    const h = this.#h;
    const r0 = r[0]!;
    const r1 = r[1]!;
    const r2 = r[2]!;
    const r3 = r[3]!;
    const r4 = r[4]!;
    const r5 = r[5]!;
    const s1 = WRAP * r1;
    const s2 = WRAP * r2;
    const s3 = WRAP * r3;
    const s4 = WRAP * r4;
    const s5 = WRAP * r5;
    let h0 = h[0]!;
    let h1 = h[1]!;
    let h2 = h[2]!;
    let h3 = h[3]!;
    let h4 = h[4]!;
    let h5 = h[5]!;
    for (let at = from; at < to; at += BLOCK_WORDS) {
      const a = words[at]!;
      const b = words[at + 1]!;
      const c = words[at + 2]!;
      const d = words[at + 3]!;
      h0 += a & MASK;
      h1 += ((a >>> 22) | (b << 10)) & MASK;
      h2 += ((b >>> 12) | (c << 20)) & MASK;
      h3 += (c >>> 2) & MASK;
      h4 += ((c >>> 24) | (d << 8)) & MASK;
      h5 += (d >>> 14) + end;
      let d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1;
      let d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2;
      let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3;
      let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4;
      let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5;
      let d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0;
      // Two chains of carries at a time: 0 to 1 to 2 to 3 and 3 to 4 to 5 to 0, each one limb further than it began.
      let low = d0 + ROUND - ROUND;
      let high = d3 + ROUND - ROUND;
      d0 -= low;
      d3 -= high;
      d1 += low * PER_LIMB;
      d4 += high * PER_LIMB;
      low = d1 + ROUND - ROUND;
      high = d4 + ROUND - ROUND;
      h1 = d1 - low;
      h4 = d4 - high;
      d2 += low * PER_LIMB;
      d5 += high * PER_LIMB;
      low = d2 + ROUND - ROUND;
      high = d5 + ROUND - ROUND;
      h2 = d2 - low;
      h5 = d5 - high;
      d3 += low * PER_LIMB;
      d0 += high * PER_LIMB * WRAP;
      low = d3 + ROUND - ROUND;
      high = d0 + ROUND - ROUND;
      h3 = d3 - low;
      h0 = d0 - high;
      h4 += low * PER_LIMB;
      h1 += high * PER_LIMB;
    }
    h[0] = h0;
    h[1] = h1;
    h[2] = h2;
    h[3] = h3;
    h[4] = h4;
    h[5] = h5;
  }
}

/** Brings h below 2^130 - 5, each limb into its own bits. */
function reduce(h: Float64Array): void {
  carry(h);
  carry(h);
  // What h + 5 carries beyond 2^130 is 1 exactly when h is the modulus or above it; adding 5 then takes it away.
  let over = 5;
  for (let index = 0; index < 5; index += 1) over = Math.floor((h[index]! + over) * PER_LIMB);
  over = Math.floor((h[5]! + over) / TOP_LIMB);
  h[0]! += 5 * over;
  for (let index = 0; index < 5; index += 1) carryOne(h, index);
  h[5]! -= over * TOP_LIMB;
}

function carry(h: Float64Array): void {
  for (let index = 0; index < 5; index += 1) carryOne(h, index);
  const over = Math.floor(h[5]! / TOP_LIMB);
  h[5]! -= over * TOP_LIMB;
  h[0]! += 5 * over;
}

function carryOne(h: Float64Array, index: number): void {
  const over = Math.floor(h[index]! * PER_LIMB);
  h[index]! -= over * LIMB;
  h[index + 1]! += over;
}

/** tag = h + the second half of the key, modulo 2^128. */
function addPad(h: Float64Array, key: Int32Array, tag: Int32Array): void {
  const sum0 = ((h[0]! | (h[1]! << 22)) >>> 0) + (key[4]! >>> 0);
  const sum1 = (((h[1]! >>> 10) | (h[2]! << 12)) >>> 0) + (key[5]! >>> 0) + Math.floor(sum0 / 2 ** 32);
  const sum2 = (((h[2]! >>> 20) | (h[3]! << 2) | (h[4]! << 24)) >>> 0) + (key[6]! >>> 0) + Math.floor(sum1 / 2 ** 32);
  const sum3 = (((h[4]! >>> 8) | (h[5]! << 14)) >>> 0) + (key[7]! >>> 0) + Math.floor(sum2 / 2 ** 32);
  tag[0] = sum0;
  tag[1] = sum1;
  tag[2] = sum2;
  tag[3] = sum3;
}
