const WORDS_PER_BLOCK = 16;
/** "expand 32-byte k", as four words. */
const S0 = 0x61707865;
const S1 = 0x3320646e;
const S2 = 0x79622d32;
const S3 = 0x6b206574;

/**
 * The stream cipher Salsa20 (https://cr.yp.to/snuffle/spec.pdf) with a 32-byte key, on 32-bit little-endian words.
 * Here and not from @noble/ciphers because a call of that one costs ten blocks' worth of preparations, and a message
 * of the bus is two blocks long. A test holds it to @noble's results.
 */
export class Salsa20 {
  readonly #key: Int32Array;

  constructor(key: Uint8Array) {
    this.#key = new Int32Array(new Uint8Array(key).buffer);
  }

  /**
   * Adds the key stream to `words` from block to block, until `to` is reached or passed; `words` must hold whole blocks.
   * @param n0 first word of the nonce
   * @param n1 second word of the nonce
   * @param counter number of the first block in the key stream
   */
  xor(words: Int32Array, from: number, to: number, n0: number, n1: number, counter: number): void {
    for (let at = from, block = counter; at < to; at += WORDS_PER_BLOCK, block += 1) {
      xorBlock(this.#key, n0, n1, block, words, at);
    }
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

// oxlint-disable-next-line max-lines-per-function -- sixteen words in sixteen variables: in an array it is four times slower
function xorBlock(key: Int32Array, n0: number, n1: number, counter: number, words: Int32Array, at: number): void {
  const k0 = key[0]!;
  const k1 = key[1]!;
  const k2 = key[2]!;
  const k3 = key[3]!;
  const k4 = key[4]!;
  const k5 = key[5]!;
  const k6 = key[6]!;
  const k7 = key[7]!;
  let x0 = S0;
  let x1 = k0;
  let x2 = k1;
  let x3 = k2;
  let x4 = k3;
  let x5 = S1;
  let x6 = n0;
  let x7 = n1;
  let x8 = counter;
  let x9 = 0;
  let x10 = S2;
  let x11 = k4;
  let x12 = k5;
  let x13 = k6;
  let x14 = k7;
  let x15 = S3;
  for (let round = 0; round < 20; round += 2) {
    x4 ^= rotate((x0 + x12) | 0, 7);
    x8 ^= rotate((x4 + x0) | 0, 9);
    x12 ^= rotate((x8 + x4) | 0, 13);
    x0 ^= rotate((x12 + x8) | 0, 18);
    x9 ^= rotate((x5 + x1) | 0, 7);
    x13 ^= rotate((x9 + x5) | 0, 9);
    x1 ^= rotate((x13 + x9) | 0, 13);
    x5 ^= rotate((x1 + x13) | 0, 18);
    x14 ^= rotate((x10 + x6) | 0, 7);
    x2 ^= rotate((x14 + x10) | 0, 9);
    x6 ^= rotate((x2 + x14) | 0, 13);
    x10 ^= rotate((x6 + x2) | 0, 18);
    x3 ^= rotate((x15 + x11) | 0, 7);
    x7 ^= rotate((x3 + x15) | 0, 9);
    x11 ^= rotate((x7 + x3) | 0, 13);
    x15 ^= rotate((x11 + x7) | 0, 18);
    x1 ^= rotate((x0 + x3) | 0, 7);
    x2 ^= rotate((x1 + x0) | 0, 9);
    x3 ^= rotate((x2 + x1) | 0, 13);
    x0 ^= rotate((x3 + x2) | 0, 18);
    x6 ^= rotate((x5 + x4) | 0, 7);
    x7 ^= rotate((x6 + x5) | 0, 9);
    x4 ^= rotate((x7 + x6) | 0, 13);
    x5 ^= rotate((x4 + x7) | 0, 18);
    x11 ^= rotate((x10 + x9) | 0, 7);
    x8 ^= rotate((x11 + x10) | 0, 9);
    x9 ^= rotate((x8 + x11) | 0, 13);
    x10 ^= rotate((x9 + x8) | 0, 18);
    x12 ^= rotate((x15 + x14) | 0, 7);
    x13 ^= rotate((x12 + x15) | 0, 9);
    x14 ^= rotate((x13 + x12) | 0, 13);
    x15 ^= rotate((x14 + x13) | 0, 18);
  }
  words[at]! ^= x0 + S0;
  words[at + 1]! ^= x1 + k0;
  words[at + 2]! ^= x2 + k1;
  words[at + 3]! ^= x3 + k2;
  words[at + 4]! ^= x4 + k3;
  words[at + 5]! ^= x5 + S1;
  words[at + 6]! ^= x6 + n0;
  words[at + 7]! ^= x7 + n1;
  words[at + 8]! ^= x8 + counter;
  words[at + 9]! ^= x9;
  words[at + 10]! ^= x10 + S2;
  words[at + 11]! ^= x11 + k4;
  words[at + 12]! ^= x12 + k5;
  words[at + 13]! ^= x13 + k6;
  words[at + 14]! ^= x14 + k7;
  words[at + 15]! ^= x15 + S3;
}
