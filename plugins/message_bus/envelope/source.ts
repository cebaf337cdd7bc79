import { isUtf8 } from "node:buffer";
import { ANY_PAYLOAD, ATTRIBUTES, METADATA, SOURCE, TIMESTAMP } from "./tags.ts";
import { textOf } from "./text.ts";
import { WireCursor } from "./wire_cursor.ts";

/** What follows a tag: a varint, bytes with their length. */
const VARINT = 0;
const BYTES = 2;
/** The numbers of the fields that the schema knows begin at 1 and end here. */
const KNOWN_IN_ENVELOPE = 2;
const KNOWN_IN_METADATA = 6;
/** In a Timestamp, an Any and an entry of a map alike. */
const KNOWN_IN_PART = 2;

/**
 * Whether the `source` in the metadata of an envelope is the expected one, without decoding anything: for a broker that
 * asks it of each message. Where there are several the last counts, as everywhere in protobuf. What is no envelope has
 * no source. Stricter than a receiver: where a field that the schema knows has another wire type, or a part of the
 * envelope is wrongly framed within, there are decoders that lose their place and so read another source.
 * @param expected UTF-8, not empty
 */
export function hasSource(bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  const cursor = new WireCursor(bytes, start, end);
  const length = seekSource(cursor) ? cursor.end - cursor.position : 0;
  if (length === 0 || length !== expected.length) return false;
  const offset = cursor.position;
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[offset + index] !== expected[index]) return false;
  }
  return true;
}

/** The source as a text, empty when there is none; undefined for what is no envelope. See hasSource. */
export function sourceOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const cursor = new WireCursor(bytes, start, end);
  if (!seekSource(cursor) || !isUtf8(bytes.subarray(cursor.position, cursor.end))) return undefined;
  return textOf(bytes, cursor.position, cursor.end);
}

/** Narrows the walk to the source, or to nothing. @returns false for what is no envelope */
function seekSource(cursor: WireCursor): boolean {
  let start = 0;
  let end = 0;
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === METADATA) {
      const outer = cursor.enter();
      for (let field = cursor.tag(); field !== 0; field = cursor.tag()) {
        if (field === SOURCE) {
          start = cursor.passBytes();
          end = cursor.position;
        } else if (field === TIMESTAMP) passPart(cursor, VARINT);
        else if (field === ATTRIBUTES) passPart(cursor, BYTES);
        else passField(cursor, field, KNOWN_IN_METADATA, BYTES, 1);
      }
      cursor.leave(outer);
    } else if (tag === ANY_PAYLOAD) passPart(cursor, BYTES);
    else passField(cursor, tag, KNOWN_IN_ENVELOPE, BYTES, 0);
  }
  cursor.position = start;
  cursor.end = end;
  return !cursor.failed;
}

/** Passes over a message within the message. @param type of what the schema knows in it */
function passPart(cursor: WireCursor, type: number): void {
  const outer = cursor.enter();
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) passField(cursor, tag, KNOWN_IN_PART, type, 2);
  cursor.leave(outer);
}

/** Fails for a field that the schema knows as one of another type. */
function passField(cursor: WireCursor, tag: number, known: number, type: number, depth: number): void {
  if (tag >>> 3 <= known && (tag & 7) !== type) cursor.fail();
  else cursor.skip(tag, depth);
}
