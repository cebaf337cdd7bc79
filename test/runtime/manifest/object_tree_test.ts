import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plainValue } from "../../../runtime/manifest/check.ts";
import { objectTree } from "../../../runtime/manifest/object_tree.ts";
import { limits } from "../../../runtime/manifest/limits.ts";

const codesOf = (value: unknown) =>
  objectTree(value).faults.map(({ code, path }) => `${code} ${path.join(".")}`.trim());

describe("objectTree()", () => {
  test("takes plain data, also without a prototype, and leaves undefined out", () => {
    const value = { a: [1, "b", true, null], c: Object.assign(Object.create(null) as object, { d: 1 }), e: undefined };
    const { tree, faults } = objectTree(value);
    assert.deepEqual(faults, []);
    assert.deepEqual(plainValue(tree), { a: [1, "b", true, null], c: { d: 1 } });
  });

  test("refuses keys that reach into JavaScript's objects", () => {
    assert.deepEqual(codesOf(JSON.parse('{"a": {"__proto__": {"x": 1}}, "constructor": 1}')), [
      "MANIFEST_FORBIDDEN_KEY a.__proto__",
      "MANIFEST_FORBIDDEN_KEY constructor",
    ]);
  });

  test("refuses everything that is no plain data", () => {
    assert.deepEqual(codesOf({ a: new Date(), b: () => 1, c: 1n, d: Symbol("x"), e: new Map() }), [
      "MANIFEST_INVALID_VALUE a",
      "MANIFEST_INVALID_VALUE b",
      "MANIFEST_INVALID_VALUE c",
      "MANIFEST_INVALID_VALUE d",
      "MANIFEST_INVALID_VALUE e",
    ]);
  });

  test("stops at 32 levels, and so at an object that holds itself", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    assert.deepEqual(codesOf(nested(limits.depth)), []);
    assert.match(codesOf(nested(limits.depth + 1)).join(), /^MANIFEST_TOO_DEEP/u);
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    assert.match(codesOf(circular).join(), /^MANIFEST_TOO_DEEP/u);
  });

  test("stops at 200,001 nodes, also when one array is used many times", () => {
    assert.deepEqual(codesOf(Array.from({ length: limits.nodes - 1 }, () => 1)), []);
    assert.deepEqual(codesOf(Array.from({ length: limits.nodes }, () => 1)), ["MANIFEST_TOO_MANY_NODES"]);
    let bomb: unknown = 1;
    for (let level = 0; level < 20; level++) bomb = Array.from({ length: 10 }, () => bomb);
    assert.deepEqual(codesOf(bomb), ["MANIFEST_TOO_MANY_NODES"]);
  });
});
