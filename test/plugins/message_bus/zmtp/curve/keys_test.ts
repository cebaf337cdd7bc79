import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { x25519 } from "@noble/curves/ed25519.js";
import { agreeKey, deriveKey } from "../../../../../plugins/message_bus/zmtp/curve/key_agreement.ts";
import { generateKeyPair, publicKeyOf } from "../../../../../plugins/message_bus/zmtp/curve/keys.ts";
import { decodeZ85, encodeZ85 } from "../../../../../plugins/message_bus/zmtp/curve/z85.ts";
import { alicePublic, aliceSecret, bobPublic, firstKey, noncePrefix, secondKey } from "./nacl_vectors.ts";
import { SERVER_PUBLIC, SERVER_SECRET } from "./published_keys.ts";

const alice = { publicKey: alicePublic, secretKey: aliceSecret };

test("publicKeyOf() finds the public key of NaCl's example", () => {
  assert.deepEqual(publicKeyOf(aliceSecret), alicePublic);
});

test("publicKeyOf() finds the public key of the pair that ZeroMQ's manual publishes", () => {
  assert.equal(encodeZ85(publicKeyOf(decodeZ85(SERVER_SECRET)!)), SERVER_PUBLIC);
});

test("generateKeyPair() makes a pair out of the random bytes it is given", () => {
  const pair = generateKeyPair((length) => {
    assert.equal(length, 32);
    return aliceSecret;
  });
  assert.deepEqual(pair, alice);
});

test("both sides agree on one key, NaCl's example's among them", () => {
  assert.deepEqual(agreeKey(bobPublic, alice), firstKey);
  const one = generateKeyPair(randomBytes);
  const other = generateKeyPair(randomBytes);
  assert.deepEqual(agreeKey(one.publicKey, other), agreeKey(other.publicKey, one));
});

test("node:crypto agrees on what @noble/curves agrees on", () => {
  for (let round = 0; round < 20; round += 1) {
    const one = generateKeyPair(randomBytes);
    const publicKey = randomBytes(32);
    const theirs = deriveKey(x25519.getSharedSecret(one.secretKey, publicKey), new Uint8Array(16));
    assert.deepEqual(agreeKey(publicKey, one), theirs);
  }
});

test("no key is agreed with a public key that leaves no choice", () => {
  for (const first of [0, 1]) {
    const publicKey = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? first : 0));
    assert.throws(() => agreeKey(publicKey, alice), { name: "ProtocolError", fault: "handshake" });
  }
});

test("deriveKey() is the HSalsa20 of NaCl's example", () => {
  assert.deepEqual(deriveKey(firstKey, noncePrefix), secondKey);
});
