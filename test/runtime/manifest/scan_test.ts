import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limits } from "../../../runtime/manifest/limits.ts";
import { scan } from "../../../runtime/manifest/scan.ts";
import { SourceFile } from "../../../runtime/manifest/source_file.ts";

function faultsOf(text: string): string[] {
  return scan(new SourceFile("core.yaml", text)).faults.map(
    ({ code, position }) => `${code} ${position?.line}:${position?.column}`,
  );
}

describe("scan()", () => {
  test("passes a plain document", () => {
    const { faults, composable, tokens } = scan(new SourceFile("core.yaml", "a:\n  - b: [c, {d: 'e'}]\n"));
    assert.deepEqual({ faults, composable, tokens: tokens.length }, { faults: [], composable: true, tokens: 1 });
  });

  for (const [feature, text, place] of [
    ["an anchor", "a: &x 1\n", "1:4"],
    ["an alias", "a: *x\n", "1:4"],
    ["a tag", "a: 1\nb: !!str 2\n", "2:4"],
    ["a local tag", "a: !secret x\n", "1:4"],
    ["a directive", "%YAML 1.1\n---\na: 1\n", "1:1"],
    ["a second document", "a: 1\n---\nb: 2\n", "2:1"],
    ["a second document after an end mark", "a: 1\n...\nb: 2\n", "3:1"],
    ["a NUL", "a: 1\nb: x\0y\n", "2:5"],
    ["another control character", "a: \u001b[31m\n", "1:4"],
  ] as const) {
    test(`refuses ${feature} with its place`, () => {
      assert.deepEqual(faultsOf(text), [`MANIFEST_FORBIDDEN_FEATURE ${place}`]);
    });
  }

  test("reports every forbidden feature at once", () => {
    assert.equal(faultsOf("a: &x 1\nb: *x\nc: !t 2\n").length, 3);
  });

  test("takes signs inside quotes and text for text", () => {
    assert.deepEqual(faultsOf(`a: "&x *y !z %w ---"\nb: x & y * z ! %\nc: |\n  &x\n  ---\n# &x *y\n`), []);
  });

  test("accepts one document between marks", () => {
    assert.deepEqual(faultsOf("---\na: 1\n...\n# end\n"), []);
  });

  test("accepts 32 levels and refuses the 33rd, in brackets and in blocks", () => {
    const brackets = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const blocks = (depth: number) => Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}a:\n`).join("");
    const dashes = (depth: number) => `${"- ".repeat(depth)}a\n`;
    for (const nested of [brackets, blocks, dashes]) {
      assert.deepEqual(faultsOf(nested(limits.depth)), []);
      assert.match(faultsOf(nested(limits.depth + 1)).join(), /^MANIFEST_TOO_DEEP/u);
    }
  });

  for (const [shape, bomb] of [
    ["square brackets", `${"[".repeat(1000)}${"]".repeat(1000)}`],
    ["unclosed brackets", "[".repeat(2000)],
    ["braces", "{a: ".repeat(500)],
    ["dashes", "- ".repeat(1000)],
    ["question marks", "? ".repeat(1000)],
    ["mixed", "- [{? - ".repeat(250)],
  ] as const) {
    test(`stops a depth bomb of ${shape} early`, () => {
      const result = scan(new SourceFile("core.yaml", bomb));
      assert.equal(result.composable, false);
      assert.deepEqual(result.tokens, []);
      assert.equal(result.faults.at(-1)?.code, "MANIFEST_TOO_DEEP");
      assert.ok((result.faults.at(-1)?.position?.column ?? Infinity) < 300, "most of the bomb was never read");
    });
  }

  test("stops at one node too many, whether it is written or only announced", () => {
    const most = { ...limits, nodes: 100 };
    const codes = (text: string) => scan(new SourceFile("core.yaml", text), most).faults.map(({ code }) => code);
    for (const item of ["- a\n", "-\n", "- 'a'\n", "- |\n  a\n", "- {}\n"]) {
      assert.deepEqual(codes(item.repeat(100)), []);
      assert.deepEqual(codes(item.repeat(101)), ["MANIFEST_TOO_MANY_NODES"]);
    }
  });

  test("stops at 200,001 nodes", () => {
    assert.match(faultsOf(`[${",".repeat(limits.nodes + 1)}`).join(), /^MANIFEST_TOO_MANY_NODES/u);
  });

  test("stops at too many lexemes, even if they are no nodes", () => {
    const most = { ...limits, lexemes: 1000 };
    for (const filler of ["\n", "# x\n", "\t\n", "%x\n"]) {
      const { faults } = scan(new SourceFile("core.yaml", filler.repeat(1001)), { ...most, faults: 5000 });
      assert.equal(faults.at(-1)?.code, "MANIFEST_TOO_MANY_NODES");
    }
  });

  test("stops after a hundred faults", () => {
    assert.equal(faultsOf("- &a x\n".repeat(1000)).length, limits.faults);
  });

  test("says that an interpolation inside brackets must be quoted", () => {
    for (const text of ["a: {b: ${env:X}}", "a: [${env:X}]", "a: [x, y${file:z}]", "a: {b: $${x}}"]) {
      const { faults, composable } = scan(new SourceFile("core.yaml", text));
      assert.equal(composable, false);
      assert.equal(faults[0]?.code, "MANIFEST_INTERPOLATION");
      assert.match(faults[0].message, /inside \{ \} or \[ \] an interpolation must be quoted/u);
      assert.equal(text[(faults[0].position?.column ?? 0) - 1], "$");
    }
    assert.deepEqual(faultsOf('a: {b: "${env:X}"}\nc: ${env:Y}\n'), []);
  });

  test("reports an unknown escape once, however many there are", () => {
    assert.deepEqual(faultsOf(`a: "ok \\n ${"\\q".repeat(1000)}"`), ["MANIFEST_SYNTAX 1:11"]);
    assert.deepEqual(faultsOf('a: "\\x4"'), ["MANIFEST_SYNTAX 1:5"]);
    assert.deepEqual(faultsOf('a: "\\x41\\u0041\\U00000041\\\\ \\t\\/\\\n  b"'), []);
  });
});
