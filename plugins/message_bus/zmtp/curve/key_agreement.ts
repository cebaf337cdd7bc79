import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { hsalsa } from "@noble/ciphers/salsa.js";
import { ProtocolError } from "../protocol_error.ts";
import { KEY_BYTES, type KeyPair } from "./keys.ts";

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
 * The key of the boxes between two key pairs, the same from both sides (NaCl, crypto_box_beforenm). By node:crypto,
 * which takes a tenth of the time that @noble/curves does: anybody who connects makes a server do this.
 * @throws ProtocolError for a public key that agrees on the same with every secret key
 */
export function agreeKey(publicKey: Uint8Array, own: KeyPair): Uint8Array {
  const shared = sharedSecret(publicKey, own);
  const key = deriveKey(shared, NO_INPUT);
  shared.fill(0);
  return key;
}

function sharedSecret(publicKey: Uint8Array, own: KeyPair): Uint8Array {
  try {
    const secret = { ...publicJwk(own.publicKey), d: base64url(own.secretKey) };
    return diffieHellman({
      privateKey: createPrivateKey({ format: "jwk", key: secret }),
      publicKey: createPublicKey({ format: "jwk", key: publicJwk(publicKey) }),
    });
  } catch {
    throw new ProtocolError("handshake", "Cannot finish the handshake: a key is none of Curve25519's.");
  }
}

function publicJwk(publicKey: Uint8Array): { kty: "OKP"; crv: "X25519"; x: string } {
  return { kty: "OKP", crv: "X25519", x: base64url(publicKey) };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}
