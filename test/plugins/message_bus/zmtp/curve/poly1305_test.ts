import assert from "node:assert/strict";
import { test } from "node:test";
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import fc from "fast-check";
import { Poly1305 } from "../../../../../plugins/message_bus/zmtp/curve/poly1305.ts";
import { atTheModulus, authenticatorKey, sealed, sealedTag } from "./nacl_vectors.ts";

const authenticator = new Poly1305();

function tagOf(message: Uint8Array, key: Uint8Array): Uint8Array {
  const words = new Int32Array(Math.ceil(message.length / 4) + 1);
  const bytes = new Uint8Array(words.buffer);
  bytes.set(message, 4);
  const tag = authenticator.tagOf(words, bytes, 1, message.length, new Int32Array(new Uint8Array(key).buffer));
  return new Uint8Array(tag.slice().buffer);
}

test("Poly1305 authenticates NaCl's example", () => {
  assert.deepEqual(tagOf(sealed, authenticatorKey), sealedTag);
});

for (const [index, { key, message, tag }] of atTheModulus.entries()) {
  test(`Poly1305 carries right where a sum reaches the modulus (RFC 8439, A.3 #${index + 5})`, () => {
    assert.deepEqual(tagOf(message, key), tag);
  });
}

/** Bytes that make carries: mostly all ones or all zeros. */
const extreme = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 255) }, fc.nat(255));
const bytesOf = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ minLength, maxLength }),
    fc.array(extreme, { minLength, maxLength }).map((values) => Uint8Array.from(values)),
  );

test("Poly1305 answers what @noble answers, for messages of every length", () => {
  fc.assert(
    fc.property(bytesOf(0, 200), bytesOf(32, 32), (message, key) => {
      assert.deepEqual(tagOf(message, key), poly1305(message, key));
    }),
    { numRuns: 500 },
  );
});
