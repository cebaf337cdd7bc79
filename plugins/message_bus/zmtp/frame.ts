import { ProtocolError } from "./protocol_error.ts";

/** Bits of a frame's first byte (RFC 37, "Framing of messages"). */
export const FLAG_MORE = 1;
export const FLAG_LONG = 2;
export const FLAG_COMMAND = 4;

const SHORT_HEADER = 2;
const LONG_HEADER = 9;
const SHORT_MAX = 255;

/** Bytes of a frame with a body of this length, header included. */
export function frameLength(bodyLength: number): number {
  return bodyLength + (bodyLength > SHORT_MAX ? LONG_HEADER : SHORT_HEADER);
}

/**
 * Writes a frame's header.
 * @param flags FLAG_MORE, FLAG_COMMAND; the length's kind is added
 * @returns where the body begins
 */
export function writeFrameHeader(target: Uint8Array, at: number, flags: number, bodyLength: number): number {
  if (bodyLength <= SHORT_MAX) {
    target[at] = flags;
    target[at + 1] = bodyLength;
    return at + SHORT_HEADER;
  }
  target[at] = flags | FLAG_LONG;
  // No body reaches 4 GiB: the upper four bytes are zero.
  target[at + 1] = target[at + 2] = target[at + 3] = target[at + 4] = 0;
  target[at + 5] = bodyLength >>> 24;
  target[at + 6] = bodyLength >>> 16;
  target[at + 7] = bodyLength >>> 8;
  target[at + 8] = bodyLength;
  return at + LONG_HEADER;
}

/** A frame among others in one array of bytes. */
export interface FramePlace {
  flags: number;
  /** Where the body begins and ends. */
  body: number;
  end: number;
}

/**
 * Reads the header at `at` into `place`.
 * @returns how many bytes from `at` on are needed to know more: 0 when the header is whole
 * @throws ProtocolError "protocol" for bits that ZMTP keeps at zero, "too_large" for a body over 2 GiB
 */
export function readFrameHeader(bytes: Uint8Array, at: number, place: FramePlace): number {
  if (at + SHORT_HEADER > bytes.length) return SHORT_HEADER;
  const flags = bytes[at]!;
  if (flags > (FLAG_MORE | FLAG_LONG | FLAG_COMMAND) || (flags & (FLAG_MORE | FLAG_COMMAND)) === 5) {
    throw new ProtocolError("protocol", `a frame begins with ${flags}`);
  }
  place.flags = flags;
  if ((flags & FLAG_LONG) === 0) {
    place.body = at + SHORT_HEADER;
    place.end = place.body + bytes[at + 1]!;
    return 0;
  }
  if (at + LONG_HEADER > bytes.length) return LONG_HEADER;
  place.body = at + LONG_HEADER;
  place.end = place.body + longLength(bytes, at + 1);
  return 0;
}

function longLength(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!;
  if (high !== 0 || bytes[at + 4]! > 0x7f) throw new ProtocolError("too_large", "a frame is over 2 GiB");
  return (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!;
}
