const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Bytes from ZeroMQ's base-85 text (RFC 32): five digits for four bytes. */
export function fromZ85(text: string): Buffer {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    const value = Array.from(text.slice(at, at + 5)).reduce((sum, digit) => sum * 85 + DIGITS.indexOf(digit), 0);
    bytes.writeUInt32BE(value, (at / 5) * 4);
  }
  return bytes;
}
