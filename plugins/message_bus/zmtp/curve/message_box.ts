import { deriveKey } from "./key_agreement.ts";
import { Poly1305 } from "./poly1305.ts";
import { Salsa20 } from "./salsa20.ts";

/** Bytes that a box adds. */
export const TAG_BYTES = 16;

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const HALF_WORDS = 8;
/** In a workspace the tag stands before the text, which the second half of the key stream's first block begins. */
const TAG_AT = 16;
const TEXT_AT = 32;
const WORKSPACE_BYTES = 2048;

/** The same memory as words and as bytes; whole blocks. Words are little-endian on every machine we run on. */
class Workspace {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;

  constructor(atLeast: number) {
    this.words = new Int32Array(Math.ceil(atLeast / BLOCK_BYTES) * BLOCK_WORDS);
    this.bytes = new Uint8Array(this.words.buffer);
  }
}

/**
 * Boxes of one direction of a connection: byte for byte xsalsa20poly1305 with the nonce `prefix` + counter. As the
 * prefix never changes, the key that XSalsa20 derives from it is derived once.
 */
export class MessageBox {
  readonly #stream: Salsa20;
  readonly #mac = new Poly1305();
  readonly #first = new Int32Array(BLOCK_WORDS);
  #workspace = new Workspace(0);
  /** The counter as the nonce has it, in two words. */
  #n0 = 0;
  #n1 = 0;

  /** @param prefix the first 16 characters of the nonce */
  constructor(key: Uint8Array, prefix: string) {
    const subkey = deriveKey(key, new TextEncoder().encode(prefix));
    this.#stream = new Salsa20(subkey);
    subkey.fill(0);
  }

  /**
   * Seals a text that consists of the byte `first` and `rest`; writes the tag and the sealed text into `target`.
   * @param counter the last 8 bytes of the nonce, never used before
   */
  seal(counter: number, first: number, rest: Uint8Array, target: Uint8Array, at: number): void {
    const length = 1 + rest.length;
    const { words, bytes } = this.#workspaceFor(length);
    bytes[TEXT_AT] = first;
    bytes.set(rest, TEXT_AT + 1);
    this.#beginWith(counter);
    this.#xorText(words, length);
    words.set(this.#mac.tagOf(words, bytes, TEXT_AT / 4, length, this.#first), TAG_AT / 4);
    target.set(bytes.subarray(TAG_AT, TEXT_AT + length), at);
  }

  /**
   * Opens a tag and the sealed text after it.
   * @returns the text, which holds until the next call; undefined when it was not sealed with this key and counter
   */
  open(counter: number, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - TAG_BYTES;
    const { words, bytes } = this.#workspaceFor(length);
    bytes.set(sealed, TAG_AT);
    this.#beginWith(counter);
    const tag = this.#mac.tagOf(words, bytes, TEXT_AT / 4, length, this.#first);
    if (!isTag(tag, words)) return undefined;
    this.#xorText(words, length);
    return bytes.subarray(TEXT_AT, TEXT_AT + length);
  }

  /** The first block of the key stream: half of it is the authenticator's key, half of it hides the text's beginning. */
  #beginWith(counter: number): void {
    this.#n0 = swapped(Math.floor(counter / 2 ** 32));
    this.#n1 = swapped(counter);
    this.#first.fill(0);
    this.#stream.xor(this.#first, 0, BLOCK_WORDS, this.#n0, this.#n1, 0);
  }

  #xorText(words: Int32Array, length: number): void {
    for (let index = HALF_WORDS; index < BLOCK_WORDS; index += 1) words[index]! ^= this.#first[index]!;
    this.#stream.xor(words, BLOCK_WORDS, (TEXT_AT + length) / 4, this.#n0, this.#n1, 1);
  }

  /** Kept for messages of usual size; a larger one has its own for as long as it takes. */
  #workspaceFor(length: number): Workspace {
    const bytes = TEXT_AT + length;
    if (bytes > WORKSPACE_BYTES) return new Workspace(bytes);
    if (this.#workspace.bytes.length === 0) this.#workspace = new Workspace(WORKSPACE_BYTES);
    return this.#workspace;
  }
}

/** The other order of a word's bytes: counters are big-endian. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** In the same time for every tag. */
function isTag(tag: Int32Array, words: Int32Array): boolean {
  let difference = 0;
  for (let index = 0; index < TAG_BYTES / 4; index += 1) difference |= tag[index]! ^ words[TAG_AT / 4 + index]!;
  return difference === 0;
}
