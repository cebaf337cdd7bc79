import { createPrivateKey, createPublicKey } from "node:crypto";

/** Bytes in a public and in a secret key. */
export const KEY_BYTES = 32;

/** So many bytes that nobody can guess. */
export type Random = (length: number) => Uint8Array;

/** Keys of Curve25519, 32 bytes each. The secret one is its owner's to wipe. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** What stands before the 32 bytes of a secret key in PKCS#8 (RFC 8410, section 7); a public key ends its SPKI. */
const PKCS8_HEAD = Uint8Array.of(0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 34, 4, 32);

/**
 * The public key that belongs to a secret key of 32 bytes. By node:crypto: importing @noble/curves would take every
 * start of Backplane some 20 ms.
 */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  const key = Buffer.concat([PKCS8_HEAD, secretKey]);
  const secret = createPrivateKey({ key, format: "der", type: "pkcs8" });
  key.fill(0);
  return new Uint8Array(createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-KEY_BYTES));
}

export function generateKeyPair(random: Random): KeyPair {
  const secretKey = random(KEY_BYTES);
  return { publicKey: publicKeyOf(secretKey), secretKey };
}
