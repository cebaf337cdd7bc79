import { hsalsa } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { ProtocolError } from "../protocol_error.ts";
import { KEY_BYTES } from "./keys.ts";

/** "expand 32-byte k", as four words. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const NO_INPUT = new Uint8Array(16);

/** HSalsa20: another key of 32 bytes, out of a key and 16 bytes that need not be secret. */
export function deriveKey(key: Uint8Array, input: Uint8Array): Uint8Array {
  const words = new Uint32Array(new Uint8Array(key).buffer);
  const derived = new Uint32Array(KEY_BYTES / 4);
  hsalsa(Uint32Array.from(SIGMA), words, new Uint32Array(new Uint8Array(input).buffer), derived);
  words.fill(0);
  return new Uint8Array(derived.buffer);
}

/**
 * The key of the boxes between two key pairs, the same from both sides (NaCl, crypto_box_beforenm).
 * @throws ProtocolError for a public key that agrees on the same with every secret key
 */
export function agreeKey(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const shared = sharedSecret(publicKey, secretKey);
  const key = deriveKey(shared, NO_INPUT);
  shared.fill(0);
  return key;
}

function sharedSecret(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(secretKey, publicKey);
  } catch {
    throw new ProtocolError("handshake", "Cannot finish the handshake: a public key is none of Curve25519's.");
  }
}
