import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { ProtocolError } from "../protocol_error.ts";

/** Bytes of a long nonce: random, so that no two boxes between permanent keys have the same. */
export const LONG_NONCE_BYTES = 16;

/** The whole nonce of 24 bytes: what the box is for, in ASCII, and a long or short nonce. */
function wholeNonce(prefix: string, nonce: Uint8Array): Uint8Array {
  return Uint8Array.from([...Array.from(prefix, (character) => character.charCodeAt(0)), ...nonce]);
}

/** Seals texts into a box of the handshake; it is 16 bytes longer than they are. */
export function sealBox(key: Uint8Array, prefix: string, nonce: Uint8Array, ...texts: Uint8Array[]): Uint8Array {
  const text = Uint8Array.from(texts.flatMap((part) => [...part]));
  const box = xsalsa20poly1305(key, wholeNonce(prefix, nonce)).encrypt(text);
  text.fill(0);
  return box;
}

/** @throws ProtocolError when the box was not sealed with this key and nonce */
export function openBox(key: Uint8Array, prefix: string, nonce: Uint8Array, box: Uint8Array): Uint8Array {
  try {
    return xsalsa20poly1305(key, wholeNonce(prefix, nonce)).decrypt(box);
  } catch {
    throw malformed(`the box of ${prefix.replaceAll("-", "")} cannot be opened`);
  }
}

/**
 * Takes data apart into fields of these lengths, as views.
 * @throws ProtocolError when the data is of another length
 */
export function fieldsOf<const L extends readonly number[]>(
  data: Uint8Array,
  lengths: L,
): { readonly [K in keyof L]: Uint8Array } {
  if (data.length !== lengths.reduce((sum, length) => sum + length, 0)) throw malformed("a command has a wrong length");
  let at = 0;
  const fields = lengths.map((length) => data.subarray(at, (at += length)));
  return fields as unknown as { readonly [K in keyof L]: Uint8Array };
}

/** What any rule broken in the handshake is answered with. */
export function malformed(why: string): ProtocolError {
  return new ProtocolError("handshake", `Cannot finish the handshake: ${why}.`);
}
