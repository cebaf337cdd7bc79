/** Bytes of ZMTP 3.1 as RFC 37 draws them, written by hand so that no fault of the product's own code is shared. */

export const MORE = 1;
export const LONG = 2;
export const COMMAND = 4;

export interface GreetingFields {
  readonly mechanism: string;
  readonly asServer?: boolean;
  /** Of version 3; default 1. */
  readonly minor?: number;
}

/** 64 bytes: signature, version, mechanism, as-server, filler. */
export function greeting({ mechanism, asServer = false, minor = 1 }: GreetingFields): Buffer {
  const bytes = Buffer.alloc(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes[11] = minor;
  bytes.write(mechanism, 12, "latin1");
  bytes[32] = asServer ? 1 : 0;
  return bytes;
}

export function frame(flags: number, body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body as string);
  if (bytes.length <= 255) return Buffer.from([flags, bytes.length, ...bytes]);
  const header = Buffer.alloc(9);
  header[0] = flags | LONG;
  header.writeBigUInt64BE(BigInt(bytes.length), 1);
  return Buffer.concat([header, bytes]);
}

/** The header of a frame that claims a length, whatever follows. */
export function longHeader(flags: number, length: bigint): Buffer {
  const header = Buffer.alloc(9);
  header[0] = flags | LONG;
  header.writeBigUInt64BE(length, 1);
  return header;
}

export function message(...frames: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(frames.map((body, at) => frame(at + 1 < frames.length ? MORE : 0, body)));
}

/** What a command frame carries: the name's length, the name, data. */
export function commandBody(name: string, data: Uint8Array | string = ""): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(data as string)]);
}

export function command(name: string, data: Uint8Array | string = ""): Buffer {
  return frame(COMMAND, commandBody(name, data));
}

export function metadata(properties: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(properties).flatMap(([name, value]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return [Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)];
  });
  return Buffer.concat(parts);
}

/** A frame that was read. */
export interface WireFrame {
  readonly flags: number;
  readonly body: Buffer;
}

/** Name and data of a command's body. */
export function readCommand(body: Buffer): { readonly name: string; readonly data: Buffer } {
  const end = 1 + body[0]!;
  return { name: body.toString("latin1", 1, end), data: body.subarray(end) };
}
