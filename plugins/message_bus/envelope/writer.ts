import { fromMillis } from "../../../schemas/timestamp.ts";
import { RandomUuids } from "./random_uuids.ts";
import * as tags from "./tags.ts";

const TYPE_URL_PREFIX = "type.googleapis.com/";
const VERSION = "1.0";

/** Bytes. What one large message needed is given back by the next one. */
const INITIAL = 4_096;
const KEPT = 65_536;
/** More than all tags, lengths and numbers of an envelope or of one attribute need together. */
const SMALL_PARTS = 128;

/** What goes into an AicoMessage. A half of a surrogate pair in a text becomes U+FFFD. */
export interface Envelope {
  readonly topic: string;
  /** Default: a random UUID. */
  readonly id?: string;
  /** Milliseconds since the Unix epoch, as far as a Date reaches. */
  readonly time: number;
  readonly source: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Undefined for the bus's own marks, which carry attributes alone. */
  readonly payload?: { readonly type: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * Writes envelopes, one after another into the same buffer. It begins at the end: so the length of a part, which stands
 * before it, is known when it is written.
 */
export class EnvelopeWriter {
  readonly #uuids = new RandomUuids();
  #bytes = new Uint8Array(INITIAL);
  /** What is written reaches from here to the end of the buffer. */
  #start = 0;

  /** @returns the bytes of an `aico.core.AicoMessage`, valid until the next call: whoever keeps them copies them */
  write(envelope: Envelope): Uint8Array {
    if (this.#bytes.length > KEPT) this.#bytes = new Uint8Array(INITIAL);
    this.#start = this.#bytes.length;
    if (envelope.payload !== undefined) this.#any(envelope.payload);
    this.#metadata(envelope);
    return this.#bytes.subarray(this.#start);
  }

  #any({ type, bytes }: { readonly type: string; readonly bytes: Uint8Array }): void {
    const after = this.#length;
    if (bytes.length > 0) {
      this.#reserve(bytes.length);
      this.#start -= bytes.length;
      this.#bytes.set(bytes, this.#start);
      this.#head(tags.ANY_VALUE, after);
    }
    const value = this.#length;
    this.#text(type);
    this.#text(TYPE_URL_PREFIX);
    this.#head(tags.TYPE_URL, value);
    this.#head(tags.ANY_PAYLOAD, after);
  }

  #metadata(envelope: Envelope): void {
    const after = this.#length;
    const names = Object.keys(envelope.attributes);
    for (let index = names.length - 1; index >= 0; index -= 1) {
      const name = names[index]!;
      this.#attribute(name, envelope.attributes[name]!);
    }
    this.#string(tags.VERSION, VERSION);
    this.#string(tags.MESSAGE_TYPE, envelope.topic);
    this.#string(tags.SOURCE, envelope.source);
    this.#timestamp(envelope.time);
    if (envelope.id === undefined) this.#uuid();
    else this.#string(tags.MESSAGE_ID, envelope.id);
    this.#head(tags.METADATA, after);
  }

  #uuid(): void {
    const after = this.#length;
    this.#start = this.#uuids.writeBefore(this.#start, this.#bytes);
    this.#head(tags.MESSAGE_ID, after);
  }

  #attribute(name: string, value: string): void {
    const after = this.#length;
    this.#text(value);
    this.#head(tags.MAP_VALUE, after);
    const key = this.#length;
    this.#text(name);
    this.#head(tags.MAP_KEY, key);
    this.#head(tags.ATTRIBUTES, after);
  }

  #timestamp(time: number): void {
    const { seconds, nanos } = fromMillis(time);
    const after = this.#length;
    this.#number(tags.NANOS, nanos);
    this.#number(tags.SECONDS, seconds);
    this.#head(tags.TIMESTAMP, after);
  }

  #number(tag: number, value: number): void {
    if (value === 0) return;
    this.#varint(value, Math.floor(value / 4_294_967_296));
    this.#bytes[--this.#start] = tag;
  }

  #string(tag: number, text: string): void {
    if (text === "") return;
    const after = this.#length;
    this.#text(text);
    this.#head(tag, after);
  }

  /** How much is written; unlike a place in the buffer it stays true when the buffer grows. */
  get #length(): number {
    return this.#bytes.length - this.#start;
  }

  /** The tag and the length of what stands before the last `after` bytes. */
  #head(tag: number, after: number): void {
    this.#varint(this.#length - after, 0);
    this.#bytes[--this.#start] = tag;
  }

  /** 64 bits in two halves, of each of which the lower 32 bits count. */
  #varint(low: number, high: number): void {
    if (low < 0x80 && low >= 0 && high === 0) {
      this.#bytes[--this.#start] = low;
      return;
    }
    let more = 0;
    for (let shift = 63; shift >= 0; shift -= 7) {
      const group = bitsAt(low, high, shift);
      if (group === 0 && more === 0 && shift > 0) continue;
      this.#bytes[--this.#start] = group | more;
      more = 0x80;
    }
  }

  #text(text: string): void {
    this.#reserve(text.length * 3);
    const bytes = this.#bytes;
    let start = this.#start;
    for (let index = text.length - 1; index >= 0; index -= 1) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        bytes[--start] = unit;
        continue;
      }
      const code = codePointEndingAt(text, index);
      if (code > 0xffff) index -= 1;
      start = putUtf8(bytes, start, code);
    }
    this.#start = start;
  }

  /** Room for so many bytes more, and for the small parts around them. */
  #reserve(count: number): void {
    const needed = count + SMALL_PARTS;
    if (this.#start >= needed) return;
    const written = this.#bytes.subarray(this.#start);
    this.#bytes = new Uint8Array(2 * (written.length + needed));
    this.#start = this.#bytes.length - written.length;
    this.#bytes.set(written, this.#start);
  }
}

/** Seven bits of a number in two halves. */
function bitsAt(low: number, high: number, shift: number): number {
  if (shift >= 32) return (high >>> (shift - 32)) & 0x7f;
  return shift === 28 ? ((low >>> 28) | (high << 4)) & 0x7f : (low >>> shift) & 0x7f;
}

/** The code point whose last unit, not an ASCII one, is at the index; U+FFFD for half of a pair. */
function codePointEndingAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const code = unit >= 0xdc00 && index > 0 ? (text.codePointAt(index - 1) ?? 0) : 0;
  return code > 0xffff ? code : 0xfffd;
}

/** Writes a code point that is not ASCII so that it ends before `end`. @returns where it starts */
function putUtf8(bytes: Uint8Array, end: number, code: number): number {
  let start = end;
  bytes[--start] = 0x80 | (code & 0x3f);
  if (code > 0x7ff) bytes[--start] = 0x80 | ((code >> 6) & 0x3f);
  if (code > 0xffff) bytes[--start] = 0x80 | ((code >> 12) & 0x3f);
  if (code > 0xffff) bytes[--start] = 0xf0 | (code >> 18);
  else if (code > 0x7ff) bytes[--start] = 0xe0 | (code >> 12);
  else bytes[--start] = 0xc0 | (code >> 6);
  return start;
}
