import { isUtf8 } from "node:buffer";
import { METADATA, SOURCE } from "./tags.ts";
import { textOf } from "./text.ts";
import { WireCursor } from "./wire_cursor.ts";

/**
 * Whether the `source` in the metadata of an envelope is the expected one, without decoding anything: for a broker that
 * asks it of each message. Where there are several the last counts, as everywhere in protobuf. What is no envelope has
 * no source; of the other fields only the framing is looked at, so a receiver may still find the message malformed.
 * @param expected UTF-8, not empty
 */
export function hasSource(bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  const cursor = new WireCursor(bytes, start, end);
  if (!seekSource(cursor) || cursor.end - cursor.position !== expected.length) return false;
  const offset = cursor.position;
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[offset + index] !== expected[index]) return false;
  }
  return true;
}

/** The source as a text; undefined when there is none or an empty one, and for what is no envelope. See hasSource. */
export function sourceOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const cursor = new WireCursor(bytes, start, end);
  if (!seekSource(cursor) || !isUtf8(bytes.subarray(cursor.position, cursor.end))) return undefined;
  return textOf(bytes, cursor.position, cursor.end);
}

/** Narrows the walk to the source. @returns false when there is none or an empty one */
function seekSource(cursor: WireCursor): boolean {
  let start = 0;
  let end = 0;
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag !== METADATA) {
      cursor.skip(tag, 0);
      continue;
    }
    const outer = cursor.enter();
    for (let field = cursor.tag(); field !== 0; field = cursor.tag()) {
      if (field === SOURCE) {
        start = cursor.passBytes();
        end = cursor.position;
      } else cursor.skip(field, 1);
    }
    cursor.leave(outer);
  }
  cursor.position = start;
  cursor.end = end;
  return !cursor.failed && end > start;
}
