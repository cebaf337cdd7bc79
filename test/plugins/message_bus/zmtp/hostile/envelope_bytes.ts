/** A field of protobuf with a length, under 128 bytes and numbered under 16. */
export function field(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** An AicoMessage that says who sent it, and carries a number as its message_id. */
export function envelope(source: string, number: number): Buffer {
  return field(1, Buffer.concat([field(1, `${number}`), field(3, source)]));
}

/** The number in such a message. */
export function numberOf(bytes: Uint8Array): number {
  const at = 4;
  return Number(Buffer.from(bytes.subarray(at, at + bytes[at - 1]!)).toString());
}
