/** Up to here joining characters is faster than a call into the runtime. */
const SHORT = 24;

/** A part of the bytes as a text. They must be UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return decode(bytes, start, end);
  let text = "";
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index]!;
    if (byte >= 0x80) return decode(bytes, start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Whether a part of the bytes is the text, of which only ASCII is found. */
export function isTextAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  // Texts of one kind differ towards their end.
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80 || bytes[start + index] !== code) return false;
  }
  return true;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}
