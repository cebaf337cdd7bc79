import { latin1 } from "./latin1.ts";
import type { Metadata } from "./mechanism.ts";
import { ProtocolError, type ProtocolFault } from "./protocol_error.ts";

/** A command, read: `SUBSCRIBE`, `READY`; the data is a view of the bytes that were read. */
export interface Command {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Metadata of a real peer takes some 60 bytes; these bounds keep a hostile one cheap. */
const MAX_METADATA_BYTES = 8192;
const MAX_PROPERTIES = 32;
const MAX_NAME_BYTES = 255;
const VALUE_SIZE_BYTES = 4;

const COMMAND_NAME = /^[A-Za-z]+$/;
const PROPERTY_NAME = /^[A-Za-z0-9._+-]+$/;
const PRINTABLE = /^[ -~]*$/;

/** The body of a command frame (RFC 37): the name's length, the name, then the data, given in parts. */
export function buildCommand(name: string, ...data: readonly Uint8Array[]): Uint8Array {
  return joined([shortString(name), ...data]);
}

/**
 * Reads the body of a command frame (RFC 37).
 * @param fault what a malformed one counts as: `handshake` before traffic, `protocol` in it
 * @throws ProtocolError when there is no name or it is not letters alone
 */
export function readCommand(body: Uint8Array, fault: ProtocolFault): Command {
  const end = 1 + (body[0] ?? 0);
  const name = end <= body.length ? asciiOf(body.subarray(1, end)) : "";
  if (!COMMAND_NAME.test(name)) throw new ProtocolError(fault, "Cannot read a command: its name is malformed.");
  return { name, data: body.subarray(end) };
}

/** The command that tells the other side why the handshake ends; `reason` is 0 to 255 printable ASCII characters. */
export function buildError(reason: string): Uint8Array {
  return buildCommand("ERROR", shortString(reason));
}

/** What an ERROR command amounts to: the handshake is over, by the other side's will. */
export function refusalOf(data: Uint8Array): ProtocolError {
  const reason = asciiOf(data.subarray(1));
  const wellFormed = data.length === 1 + (data[0] ?? 0) && PRINTABLE.test(reason);
  const told = wellFormed ? `the other side refuses with "${reason}"` : "its ERROR is malformed";
  return new ProtocolError("handshake", `Cannot finish the handshake: ${told}.`);
}

/** Writes metadata as RFC 37 has it: for each property its name with a length byte, its value with a 4-byte length. */
export function encodeMetadata(metadata: Metadata): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of metadata) parts.push(shortString(name), bigEndian(value.length), value);
  return joined(parts);
}

/**
 * Reads metadata; answers it with lower-case names (`socket-type`), for names compare without case, and values in
 * bytes of their own.
 * @throws ProtocolError for what RFC 37 does not allow, a name that comes twice, and over 32 properties or 8 KiB
 */
export function parseMetadata(bytes: Uint8Array): Metadata {
  if (bytes.length > MAX_METADATA_BYTES) throw malformed(`${bytes.length} bytes are too many`);
  const metadata = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const valueSizeAt = at + 1 + (bytes[at] ?? 0);
    const valueAt = valueSizeAt + VALUE_SIZE_BYTES;
    if (valueAt > bytes.length) throw malformed("a property is cut");
    const end = valueAt + readBigEndian(bytes, valueSizeAt);
    if (end > bytes.length) throw malformed("a value is cut");
    addProperty(metadata, asciiOf(bytes.subarray(at + 1, valueSizeAt)), new Uint8Array(bytes.subarray(valueAt, end)));
    at = end;
  }
  return metadata;
}

/** A property of read metadata as a text of Latin-1 characters; undefined when it was not told. */
export function propertyOf(metadata: Metadata, name: string): string | undefined {
  const value = metadata.get(name.toLowerCase());
  return value === undefined ? undefined : latin1(value, 0, value.length);
}

function addProperty(metadata: Map<string, Uint8Array>, name: string, value: Uint8Array): void {
  const key = name.toLowerCase();
  if (!PROPERTY_NAME.test(key)) throw malformed("a name is malformed");
  if (metadata.has(key)) throw malformed(`"${key}" comes twice`);
  if (metadata.size === MAX_PROPERTIES) throw malformed("it has too many properties");
  metadata.set(key, value);
}

function malformed(why: string): ProtocolError {
  return new ProtocolError("handshake", `Cannot read the metadata: ${why}.`);
}

function shortString(text: string): Uint8Array {
  if (text.length > MAX_NAME_BYTES) throw new RangeError(`Cannot write "${text}": it is over 255 characters.`);
  return Uint8Array.from([text.length, ...Array.from(text, (character) => character.charCodeAt(0))]);
}

/** Bytes as characters of the same number; a pattern of ASCII then refuses the rest. */
function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, MAX_NAME_BYTES));
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(VALUE_SIZE_BYTES);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function readBigEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
