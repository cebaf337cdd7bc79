import assert from "node:assert/strict";
import { test } from "node:test";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import fc from "fast-check";
import { MessageBox, TAG_BYTES } from "../../../../../plugins/message_bus/zmtp/curve/message_box.ts";

const PREFIX = "CurveZMQMESSAGEC";
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const counters = fc.oneof(fc.nat(), fc.maxSafeNat());

function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(24);
  nonce.set(new TextEncoder().encode(PREFIX));
  new DataView(nonce.buffer).setBigUint64(16, BigInt(counter));
  return nonce;
}

function seal(box: MessageBox, counter: number, first: number, rest: Uint8Array): Uint8Array {
  const target = new Uint8Array(TAG_BYTES + 1 + rest.length);
  box.seal(counter, first, rest, target, 0);
  return target;
}

test("MessageBox seals to the very bytes of xsalsa20poly1305, one message after another", () => {
  const messages = fc.array(fc.tuple(counters, fc.nat(255), fc.uint8Array({ maxLength: 300 })), { minLength: 1 });
  fc.assert(
    fc.property(keys, messages, (key, sealing) => {
      const box = new MessageBox(key, PREFIX);
      for (const [counter, first, rest] of sealing) {
        const theirs = xsalsa20poly1305(key, nonceOf(counter)).encrypt(Uint8Array.from([first, ...rest]));
        assert.deepEqual(seal(box, counter, first, rest), theirs);
      }
    }),
  );
});

for (const length of [1500, 2014, 2015, 2016, 100_000]) {
  test(`MessageBox seals ${length} bytes as xsalsa20poly1305 does, and opens them`, () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    const rest = Uint8Array.from({ length }, (_, index) => index * 7);
    const sealed = seal(new MessageBox(key, PREFIX), 5, 1, rest);
    assert.deepEqual(sealed, xsalsa20poly1305(key, nonceOf(5)).encrypt(Uint8Array.from([1, ...rest])));
    assert.deepEqual(new MessageBox(key, PREFIX).open(5, sealed), Uint8Array.from([1, ...rest]));
  });
}

test("MessageBox opens what it sealed, in bytes that nothing but the next open() writes over", () => {
  fc.assert(
    fc.property(keys, counters, fc.uint8Array({ maxLength: 300 }), (key, counter, rest) => {
      const box = new MessageBox(key, PREFIX);
      const other = new MessageBox(key, PREFIX);
      const sealed = seal(box, counter, 3, rest);
      const opened = box.open(counter, sealed);
      sealed.fill(0);
      other.open(counter, seal(other, counter, 9, rest));
      assert.deepEqual(opened, Uint8Array.from([3, ...rest]));
    }),
  );
});

test("MessageBox opens nothing that differs in one bit", () => {
  const rest = fc.uint8Array({ maxLength: 100 });
  fc.assert(
    fc.property(keys, rest, fc.nat(), fc.nat(7), (key, text, place, bit) => {
      const box = new MessageBox(key, PREFIX);
      const sealed = seal(box, 7, 0, text);
      sealed[place % sealed.length]! ^= 1 << bit;
      assert.equal(box.open(7, sealed), undefined);
    }),
  );
});

test("MessageBox opens nothing under another counter, prefix or key", () => {
  const key = new Uint8Array(32).fill(1);
  const sealed = seal(new MessageBox(key, PREFIX), 1, 0, Uint8Array.of(1, 2, 3));
  assert.notEqual(new MessageBox(key, PREFIX).open(1, sealed), undefined);
  assert.equal(new MessageBox(key, PREFIX).open(2, sealed), undefined);
  assert.equal(new MessageBox(key, PREFIX).open(1 + 2 ** 32, sealed), undefined);
  assert.equal(new MessageBox(key, "CurveZMQMESSAGES").open(1, sealed), undefined);
  assert.equal(
    new MessageBox(
      key.map((byte) => byte + 1),
      PREFIX,
    ).open(1, sealed),
    undefined,
  );
});
