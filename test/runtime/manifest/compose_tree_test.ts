import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plainValue } from "../../../runtime/manifest/check.ts";
import { composeTree } from "../../../runtime/manifest/compose_tree.ts";
import { limits } from "../../../runtime/manifest/limits.ts";
import { scan } from "../../../runtime/manifest/scan.ts";
import { SourceFile } from "../../../runtime/manifest/source_file.ts";
import type { Tree } from "../../../runtime/manifest/tree.ts";

function compose(text: string): { tree: Tree; faults: string[] } {
  const source = new SourceFile("core.yaml", text);
  const { tree, faults } = composeTree(source, scan(source).tokens);
  return { tree, faults: faults.map(({ code, position }) => `${code} ${position?.line}:${position?.column}`) };
}

describe("composeTree()", () => {
  test("reads the scalars of YAML 1.2's core schema", () => {
    const { tree, faults } = compose(
      "- 1\n- 0x1f\n- 1.5\n- true\n- yes\n- null\n-\n- '1'\n- |\n  text\n- 2001-01-01\n",
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(plainValue(tree), [1, 31, 1.5, true, "yes", null, null, "1", "text\n", "2001-01-01"]);
  });

  test("keeps the place of every key and value", () => {
    const { tree } = compose("a:\n  b: [c]\n");
    assert.ok(tree.kind === "map");
    const a = tree.entries.get("a")?.value;
    assert.ok(a?.kind === "map");
    const b = a.entries.get("b");
    assert.equal(b?.keyAt?.offset, 5);
    assert.equal(b.value.at?.offset, 8);
    assert.ok(b.value.kind === "list");
    assert.equal(b.value.items[0]?.at?.offset, 9);
  });

  test("tells quoted scalars from plain ones", () => {
    const { tree } = compose("- a\n- 'a'\n- \"a\"\n- |\n  a\n- >\n  a\n");
    assert.ok(tree.kind === "list");
    assert.deepEqual(
      tree.items.map((item) => item.kind === "scalar" && item.plain),
      [true, false, false, false, false],
    );
  });

  test("reads an empty text as null", () => {
    for (const text of ["", "\n", "# nothing\n", "---\n"]) assert.equal(plainValue(compose(text).tree), null);
  });

  test("takes a key as it is written", () => {
    assert.deepEqual(plainValue(compose("1: a\ntrue: b\nnull: c\n'd e': d\n").tree), {
      "1": "a",
      true: "b",
      null: "c",
      "d e": "d",
    });
  });

  test("refuses a key that stands twice, also when it is spelt differently", () => {
    assert.deepEqual(compose("a: 1\nb: 2\na: 3\n'b': 4\n").faults, [
      "MANIFEST_DUPLICATE_KEY 3:1",
      "MANIFEST_DUPLICATE_KEY 4:1",
    ]);
    assert.deepEqual(compose("x: {a: 1, a: 2}").faults, ["MANIFEST_DUPLICATE_KEY 1:11"]);
  });

  test("refuses keys that reach into JavaScript's objects", () => {
    const { faults, tree } = compose('__proto__: {x: 1}\na:\n  constructor: 1\n  "prototype": 2\n');
    assert.deepEqual(faults, [
      "MANIFEST_FORBIDDEN_KEY 1:1",
      "MANIFEST_FORBIDDEN_KEY 3:3",
      "MANIFEST_FORBIDDEN_KEY 4:3",
    ]);
    assert.deepEqual(plainValue(tree), { a: {} });
  });

  test("refuses a list or a map as a key", () => {
    assert.deepEqual(compose("? [a]\n: b\n").faults, ["MANIFEST_FORBIDDEN_FEATURE 1:1"]);
    assert.deepEqual(compose("? {a: b}\n: c\n").faults, ["MANIFEST_FORBIDDEN_FEATURE 1:1"]);
  });

  test("knows no merge key", () => {
    assert.deepEqual(plainValue(compose("<<: {a: 1}\n").tree), { "<<": { a: 1 } });
  });

  test("counts scalars, empty values, keys, lists and maps as nodes", () => {
    for (const [text, nodes] of [
      ["a", 1],
      ["- a\n- b\n", 3],
      ["-\n-\n", 3],
      ["a: 1\nb:\n", 5],
      ["a: [b, {c: d}]", 7],
    ] as const) {
      const source = new SourceFile("core.yaml", text);
      const { tokens } = scan(source);
      assert.deepEqual(composeTree(source, tokens, { ...limits, nodes }).faults, [], text);
      const refused = composeTree(source, tokens, { ...limits, nodes: nodes - 1 });
      assert.equal(refused.faults[0]?.code, "MANIFEST_TOO_MANY_NODES", text);
    }
  });

  for (const [what, text, place] of [
    ["an unclosed quote", 'a: "b\n', "2:1"],
    ["an unclosed bracket", "a: [b\n", "2:1"],
    ["a tab as indentation", "a:\n\tb: 1\n", "2:1"],
    ["a reserved character", "a: @b\n", "1:4"],
    ["wrong indentation", "a:\n  b: 1\n c: 2\n", "3:1"],
    ["a map inside a value", "a: b: c\n", "1:4"],
  ] as const) {
    test(`gives MANIFEST_SYNTAX with its place for ${what}`, () => {
      assert.equal(compose(text).faults[0], `MANIFEST_SYNTAX ${place}`);
    });
  }

  test("does not quote the file in what it says of a syntax error", () => {
    const source = new SourceFile("core.yaml", "a: 1\nhunter2hunter2\nb: 2\n");
    const { faults } = composeTree(source, scan(source).tokens);
    assert.ok(faults.length > 0);
    for (const { message, remedy } of faults) assert.doesNotMatch(message + remedy, /hunter2/u);
  });
});
