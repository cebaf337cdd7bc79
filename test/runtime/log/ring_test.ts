import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Ring } from "../../../runtime/log/ring.ts";

test("Ring keeps the newest in order and counts the rest (property)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer(), { maxLength: 60 }), (capacity, items) => {
      const ring = new Ring<number>(capacity);
      for (const item of items) ring.push(item);
      assert.deepEqual(ring.values(), items.slice(-capacity));
      assert.equal(ring.dropped, Math.max(0, items.length - capacity));
    }),
  );
});
