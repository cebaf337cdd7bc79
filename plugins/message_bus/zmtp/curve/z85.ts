const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const BASE = 85;
const BYTES_PER_GROUP = 4;
const DIGITS_PER_GROUP = 5;
const GROUPS = 2 ** 32;

/**
 * Bytes as text, as ZeroMQ's tools write keys (RFC 32, "Z85"): five digits for four bytes.
 * @throws RangeError when the number of bytes is no multiple of 4
 */
export function encodeZ85(bytes: Uint8Array): string {
  if (bytes.length % BYTES_PER_GROUP !== 0) {
    throw new RangeError(`Cannot write ${bytes.length} bytes as Z85: it takes a multiple of 4.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = "";
  for (let at = 0; at < bytes.length; at += BYTES_PER_GROUP) text += digitsOf(view.getUint32(at));
  return text;
}

/** The bytes of a text; undefined when it is not Z85. */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % DIGITS_PER_GROUP !== 0) return undefined;
  const view = new DataView(new ArrayBuffer((text.length / DIGITS_PER_GROUP) * BYTES_PER_GROUP));
  for (let group = 0; group < text.length / DIGITS_PER_GROUP; group += 1) {
    const from = group * DIGITS_PER_GROUP;
    const value = valueOf(text.slice(from, from + DIGITS_PER_GROUP));
    if (value === undefined) return undefined;
    view.setUint32(group * BYTES_PER_GROUP, value);
  }
  return new Uint8Array(view.buffer);
}

function digitsOf(value: number): string {
  let digits = "";
  for (let rest = value; digits.length < DIGITS_PER_GROUP; rest = Math.floor(rest / BASE)) {
    digits = DIGITS.charAt(rest % BASE) + digits;
  }
  return digits;
}

/** Five digits can also say more than four bytes hold; that is no Z85 then. */
function valueOf(digits: string): number | undefined {
  let value = 0;
  for (const digit of digits) {
    const place = DIGITS.indexOf(digit);
    if (place === -1) return undefined;
    value = value * BASE + place;
  }
  return value < GROUPS ? value : undefined;
}
