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

/** @param bytes as many as four divides */
export function toZ85(bytes: Uint8Array): string {
  const view = Buffer.from(bytes);
  let text = "";
  for (let at = 0; at < view.length; at += 4) {
    const value = view.readUInt32BE(at);
    for (let power = 85 ** 4; power >= 1; power /= 85) text += DIGITS[Math.floor(value / power) % 85]!;
  }
  return text;
}
