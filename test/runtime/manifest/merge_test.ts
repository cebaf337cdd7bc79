import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { plainValue } from "../../../runtime/manifest/check.ts";
import { mergeTrees } from "../../../runtime/manifest/merge.ts";
import { objectTree } from "../../../runtime/manifest/object_tree.ts";

type Json = string | number | null | Json[] | { [key: string]: Json };

const keys = fc.constantFrom("a", "b", "c", "d");
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("json")),
    fc.dictionary(keys, tie("json"), { noNullPrototype: true }),
  ),
}));
const map = fc.dictionary(keys, json, { noNullPrototype: true });

function merge(base: unknown, overlay: unknown): unknown {
  return plainValue(mergeTrees(objectTree(base).tree, objectTree(overlay).tree));
}

/** RFC 7396, section 2, as it stands there. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === "object" && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isMap ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

describe("mergeTrees()", () => {
  test("merges maps by key and replaces lists and scalars", () => {
    assert.deepEqual(merge({ a: { b: 1, c: [1, 2] }, d: 4 }, { a: { c: [3] }, d: 5, e: 6 }), {
      a: { b: 1, c: [3] },
      d: 5,
      e: 6,
    });
  });

  test("removes what the overlay sets to null", () => {
    assert.deepEqual(merge({ a: { b: 1, c: 2 } }, { a: { b: null, x: null } }), { a: { c: 2 } });
  });

  test("keeps the base's order and appends what is new", () => {
    assert.deepEqual(Object.keys(merge({ x: 1, b: 2 }, { new: 1, b: 3 }) as object), ["x", "b", "new"]);
  });

  test("agrees with JSON merge patch on any two maps", () => {
    fc.assert(
      fc.property(map, map, (base, overlay) => assert.deepEqual(merge(base, overlay), mergePatch(base, overlay))),
    );
  });

  test("leaves the base as it is under an empty overlay", () => {
    fc.assert(fc.property(map, (base) => assert.deepEqual(merge(base, {}), base)));
  });

  test("is idempotent: the same overlay twice is the overlay once", () => {
    fc.assert(
      fc.property(map, map, (base, overlay) => {
        const once = merge(base, overlay);
        assert.deepEqual(merge(once, overlay), once);
      }),
    );
  });
});
