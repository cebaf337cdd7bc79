import {
  ANY_PAYLOAD,
  ANY_VALUE,
  ATTRIBUTES,
  MAP_KEY,
  MAP_VALUE,
  MESSAGE_ID,
  MESSAGE_TYPE,
  METADATA,
  NANOS,
  SECONDS,
  SOURCE,
  TIMESTAMP,
  TYPE_URL,
  VERSION,
} from "./tags.ts";
import { WireCursor } from "./wire_cursor.ts";

/**
 * Where the parts of an envelope are in its bytes; what is missing begins and ends at 0. As protobuf has it, the last of
 * several values counts, and several metadata are one.
 */
export class EnvelopeLayout {
  idStart = 0;
  idEnd = 0;
  sourceStart = 0;
  sourceEnd = 0;
  typeUrlStart = 0;
  typeUrlEnd = 0;
  payloadStart = 0;
  payloadEnd = 0;
  seconds = 0;
  nanos = 0;
  /** Four numbers for each: start and end of its name, start and end of its value. The last of a name counts. */
  readonly attributes: number[] = [];
}

/**
 * Checks the whole of an envelope, so that its parts can be read later without care.
 * @returns undefined for what is none: cut off, wrongly framed, or with a known text that is not UTF-8
 */
export function layOut(bytes: Uint8Array): EnvelopeLayout | undefined {
  const layout = new EnvelopeLayout();
  const cursor = new WireCursor(bytes, 0, bytes.length);
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === METADATA) readMetadata(cursor, layout);
    else if (tag === ANY_PAYLOAD) readAny(cursor, layout);
    else cursor.skip(tag, 0);
  }
  return cursor.failed ? undefined : layout;
}

function readMetadata(cursor: WireCursor, layout: EnvelopeLayout): void {
  const outer = cursor.enter();
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === MESSAGE_ID) {
      layout.idStart = cursor.passText();
      layout.idEnd = cursor.position;
    } else if (tag === SOURCE) {
      layout.sourceStart = cursor.passText();
      layout.sourceEnd = cursor.position;
    } else if (tag === TIMESTAMP) readTimestamp(cursor, layout);
    else if (tag === ATTRIBUTES) readAttribute(cursor, layout);
    else if (tag === MESSAGE_TYPE || tag === VERSION) cursor.passText();
    else cursor.skip(tag, 1);
  }
  cursor.leave(outer);
}

function readTimestamp(cursor: WireCursor, layout: EnvelopeLayout): void {
  const outer = cursor.enter();
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === SECONDS) layout.seconds = cursor.int64();
    else if (tag === NANOS) layout.nanos = cursor.int32();
    else cursor.skip(tag, 2);
  }
  cursor.leave(outer);
}

function readAttribute(cursor: WireCursor, layout: EnvelopeLayout): void {
  const outer = cursor.enter();
  let nameStart = 0;
  let nameEnd = 0;
  let valueStart = 0;
  let valueEnd = 0;
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === MAP_KEY) {
      nameStart = cursor.passText();
      nameEnd = cursor.position;
    } else if (tag === MAP_VALUE) {
      valueStart = cursor.passText();
      valueEnd = cursor.position;
    } else cursor.skip(tag, 1);
  }
  cursor.leave(outer);
  layout.attributes.push(nameStart, nameEnd, valueStart, valueEnd);
}

function readAny(cursor: WireCursor, layout: EnvelopeLayout): void {
  const outer = cursor.enter();
  for (let tag = cursor.tag(); tag !== 0; tag = cursor.tag()) {
    if (tag === TYPE_URL) {
      layout.typeUrlStart = cursor.passText();
      layout.typeUrlEnd = cursor.position;
    } else if (tag === ANY_VALUE) {
      layout.payloadStart = cursor.passBytes();
      layout.payloadEnd = cursor.position;
    } else cursor.skip(tag, 1);
  }
  cursor.leave(outer);
}
