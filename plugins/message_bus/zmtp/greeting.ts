import { ProtocolError } from "./protocol_error.ts";

/** RFC 37, "The greeting": signature 10, version 2, mechanism 20, as-server 1, filler 31. */
export const GREETING_LENGTH = 64;
/** So much a server may send before it knows the other side's mechanism. */
export const GREETING_HEAD_LENGTH = 12;
const MAJOR_AT = 10;
const MINOR_AT = 11;
const MECHANISM_AT = 12;
const AS_SERVER_AT = 32;
const MAJOR = 3;
const MINOR = 1;

export interface Greeting {
  /** 0 or 1: which spelling of subscriptions and whether heartbeats are understood. */
  readonly minor: number;
  /** "NULL", "PLAIN", "CURVE" or whatever it says. */
  readonly mechanism: string;
  readonly asServer: boolean;
}

/** @returns the 64 bytes of a ZMTP 3.1 greeting */
export function writeGreeting(mechanism: string, asServer: boolean): Uint8Array {
  const bytes = new Uint8Array(GREETING_LENGTH);
  bytes[0] = 0xff;
  // The length of an identity in ZMTP 1.0, as libzmq sends it.
  bytes[8] = 1;
  bytes[9] = 0x7f;
  bytes[MAJOR_AT] = MAJOR;
  bytes[MINOR_AT] = MINOR;
  for (let index = 0; index < mechanism.length; index += 1) bytes[MECHANISM_AT + index] = mechanism.charCodeAt(index);
  bytes[AS_SERVER_AT] = asServer ? 1 : 0;
  return bytes;
}

/**
 * Looks at as much of a greeting as there is.
 * @throws ProtocolError "greeting" as soon as it cannot become one of ZMTP 3
 */
export function assertGreetingBegin(bytes: Uint8Array): void {
  if (bytes.length > 0 && bytes[0] !== 0xff) throw new ProtocolError("greeting", "it does not begin as ZMTP does");
  if (bytes.length > 9 && (bytes[9]! & 1) === 0) throw new ProtocolError("greeting", "its signature is none");
  if (bytes.length > MAJOR_AT && bytes[MAJOR_AT]! < MAJOR) {
    throw new ProtocolError("greeting", `it speaks ZMTP ${bytes[MAJOR_AT]}, and 3 is needed`);
  }
}

/**
 * @param bytes all 64
 * @throws ProtocolError "greeting"
 */
export function readGreeting(bytes: Uint8Array): Greeting {
  assertGreetingBegin(bytes);
  const name = bytes.subarray(MECHANISM_AT, AS_SERVER_AT);
  const end = name.indexOf(0);
  const mechanism = String.fromCharCode(...(end === -1 ? name : name.subarray(0, end)));
  if (!/^[A-Z0-9_.+-]{1,20}$/.test(mechanism)) throw new ProtocolError("greeting", "its mechanism is no name");
  // A peer of a later version falls back to ours.
  const minor = bytes[MAJOR_AT]! > MAJOR ? MINOR : Math.min(MINOR, bytes[MINOR_AT]!);
  return { minor, mechanism, asServer: bytes[AS_SERVER_AT] === 1 };
}
