import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeZ85, encodeZ85 } from "../../../../../plugins/message_bus/zmtp/curve/z85.ts";

test("Z85 writes and reads RFC 32's example", () => {
  const example = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b);
  assert.equal(encodeZ85(example), "HelloWorld");
  assert.deepEqual(decodeZ85("HelloWorld"), example);
});

test("Z85 reads back whatever it writes, out of the middle of other bytes too", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 })), (groups) => {
      const bytes = Uint8Array.from([9, 9, 9, ...groups.flatMap((group) => [...group])]).subarray(3);
      assert.deepEqual(decodeZ85(encodeZ85(bytes)), Uint8Array.from(bytes));
    }),
  );
});

test("Z85 refuses to write bytes that are no multiple of 4", () => {
  assert.throws(() => encodeZ85(new Uint8Array(31)), RangeError);
});

for (const text of ["Hell", "Hell ", "Hell\\", "HellöWorld", "#####", "%nSc1", "Hello World"]) {
  test(`"${text}" is not Z85`, () => {
    assert.equal(decodeZ85(text), undefined);
  });
}

test("the largest group of Z85 is four bytes of ones", () => {
  assert.deepEqual(decodeZ85("%nSc0"), Uint8Array.of(255, 255, 255, 255));
});
