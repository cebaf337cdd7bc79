import assert from "node:assert/strict";
import { test } from "node:test";
import { salsa20 } from "@noble/ciphers/salsa.js";
import fc from "fast-check";
import { Salsa20 } from "../../../../../plugins/message_bus/zmtp/curve/salsa20.ts";
import { authenticatorKey, nonceSuffix, secondKey } from "./nacl_vectors.ts";

const BLOCK_WORDS = 16;
const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(new Uint8Array(bytes).buffer);

function keyStream(key: Uint8Array, nonce: Uint8Array, blocks: number, first = 0): Uint8Array {
  const [n0 = 0, n1 = 0] = wordsOf(nonce);
  const words = new Int32Array(blocks * BLOCK_WORDS);
  new Salsa20(key).xor(words, 0, words.length, n0, n1, first);
  return new Uint8Array(words.buffer);
}

test("Salsa20 begins its key stream as NaCl's example does", () => {
  assert.deepEqual(keyStream(secondKey, nonceSuffix, 1).subarray(0, 32), authenticatorKey);
});

test("Salsa20 answers the key stream that @noble answers, from any block on", () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const nonce = fc.uint8Array({ minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(key, nonce, fc.integer({ min: 1, max: 5 }), fc.nat(2 ** 30), (k, n, blocks, first) => {
      const theirs = salsa20(k, n, new Uint8Array(blocks * 64), undefined, first);
      assert.deepEqual(keyStream(k, n, blocks, first), theirs);
    }),
  );
});

test("Salsa20 leaves alone what is before and after the blocks it is given", () => {
  const words = new Int32Array(3 * BLOCK_WORDS);
  new Salsa20(secondKey).xor(words, BLOCK_WORDS, 2 * BLOCK_WORDS, 1, 2, 0);
  assert.ok(words.subarray(0, BLOCK_WORDS).every((word) => word === 0));
  assert.ok(words.subarray(BLOCK_WORDS, 2 * BLOCK_WORDS).some((word) => word !== 0));
  assert.ok(words.subarray(2 * BLOCK_WORDS).every((word) => word === 0));
});
