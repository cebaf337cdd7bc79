import { isUtf8 } from "node:buffer";

/** Of groups in groups: nobody nests deeper, and a stranger's bytes must not exhaust the stack. */
const MAX_DEPTH = 100;

/** What follows a tag, by its lower three bits. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

/**
 * Walks over the fields of a protobuf message without building anything. What is wrong with the bytes does not throw,
 * for a stranger may send many such: it ends the walk and sets `failed`. A walk over a part of a message narrows `end`.
 */
export class WireCursor {
  readonly bytes: Uint8Array;
  /** Of the next byte, in `bytes`. */
  position: number;
  end: number;
  failed = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Field number times 8, plus the wire type; 0 at the end and after a failure. */
  tag(): number {
    if (this.position >= this.end) return 0;
    const first = this.bytes[this.position]!;
    if (first > 7 && first < 0x80) {
      this.position += 1;
      return first;
    }
    const tag = this.#number(0x0f);
    // A field's number is at least 1.
    return tag > 7 ? tag : this.fail();
  }

  /** The length of what follows, all of which is there; 0 after a failure. */
  length(): number {
    const first = this.position < this.end ? this.bytes[this.position]! : 0x80;
    let length = first;
    if (first < 0x80) this.position += 1;
    else length = this.#number(0x07);
    return length <= this.end - this.position ? length : this.fail();
  }

  /** Passes over bytes with their length before them. @returns where they start */
  passBytes(): number {
    const length = this.length();
    const start = this.position;
    this.position += length;
    return start;
  }

  /** As passBytes, and fails unless they are UTF-8. */
  passText(): number {
    const start = this.passBytes();
    for (let index = start; index < this.position; index += 1) {
      if (this.bytes[index]! < 0x80) continue;
      if (!isUtf8(this.bytes.subarray(index, this.position))) this.fail();
      break;
    }
    return start;
  }

  /** Narrows the walk to a message within the message. @returns what to give to `leave` */
  enter(): number {
    const outer = this.end;
    const length = this.length();
    this.end = this.position + length;
    return outer;
  }

  leave(outer: number): void {
    this.end = outer;
  }

  /** The lower 32 bits of a varint, with their sign. */
  int32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) return this.fail();
      const byte = this.bytes[this.position++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return this.fail();
  }

  /** A varint of 64 bits with their sign; beyond 2^53 only about. */
  int64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) return this.fail();
      const byte = this.bytes[this.position++]!;
      if (shift < 32) low |= (byte & 0x7f) << shift;
      if (shift === 28) high = (byte & 0x7f) >> 4;
      else if (shift > 28) high |= (byte & 0x7f) << (shift - 32);
      if (byte < 0x80) return high * 4_294_967_296 + (low >>> 0);
    }
    return this.fail();
  }

  /**
   * Passes over the value of a field that is not wanted.
   * @param depth how deep the message that it belongs to is nested
   */
  skip(tag: number, depth: number): void {
    const type = tag & 7;
    if (depth > MAX_DEPTH) this.fail();
    else if (type === VARINT) this.#skipVarint();
    else if (type === FIXED64) this.#skipBytes(8);
    else if (type === BYTES) this.#skipBytes(this.length());
    else if (type === FIXED32) this.#skipBytes(4);
    else if (type === GROUP) this.#skipGroup(tag, depth);
    else this.fail();
  }

  #skipGroup(start: number, depth: number): void {
    const end = start - GROUP + END_GROUP;
    for (;;) {
      const tag = this.tag();
      if (tag === end) return;
      if (tag === 0) return void this.fail();
      this.skip(tag, depth + 1);
    }
  }

  #skipBytes(count: number): void {
    if (count > this.end - this.position) this.fail();
    else this.position += count;
  }

  /** Of any length, as protobufjs takes it. */
  #skipVarint(): void {
    while (this.position < this.end) if (this.bytes[this.position++]! < 0x80) return;
    this.fail();
  }

  /** An unsigned varint of at most five bytes; `fifth` is the most that the last may hold. */
  #number(fifth: number): number {
    let value = 0;
    for (let shift = 0; shift < 35 && this.position < this.end; shift += 7) {
      const byte = this.bytes[this.position++]!;
      if (shift === 28 && byte > fifth) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.fail();
  }

  /** Ends the walk: the bytes are not what they should be. */
  fail(): 0 {
    this.failed = true;
    this.position = this.end;
    return 0;
  }
}
