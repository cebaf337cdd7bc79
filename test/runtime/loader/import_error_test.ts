import assert from "node:assert/strict";
import { test } from "node:test";
import { syntaxPosition } from "../../../runtime/host.ts";
import { importError } from "../../../runtime/loader/import_error.ts";

for (const [dialect, thrown, expected] of [
  [
    "esbuild (tsx)",
    new Error("Transform failed with 1 error:\n/p/x.ts:3:12: ERROR: Expected identifier"),
    { file: "/p/x.ts", line: 3, column: 12 },
  ],
  [
    "Node",
    Object.assign(new SyntaxError("Unexpected token"), { stack: "file:///p/x.mjs:7\nconst = 1;\n      ^\n" }),
    { file: "/p/x.mjs", line: 7, column: undefined },
  ],
  [
    "Bun",
    Object.assign(new Error("Unexpected ="), { position: { file: "/p/x.ts", line: 2, column: 7 } }),
    { file: "/p/x.ts", line: 2, column: 7 },
  ],
  [
    "Bun, of several faults,",
    new AggregateError(
      [Object.assign(new Error("Unexpected ="), { position: { file: "/p/x.ts", line: 2, column: 7 } }), new Error("b")],
      '2 errors building "/p/x.ts"',
    ),
    { file: "/p/x.ts", line: 2, column: 7 },
  ],
  [
    "Deno",
    Object.assign(new TypeError("SyntaxError: Unexpected token `=`\n  |\n4 | const = 2;\n    at file:///p/x.ts:4:9"), {
      code: "ERR_MODULE_NOT_FOUND",
    }),
    { file: "/p/x.ts", line: 4, column: 9 },
  ],
  [
    "an older Deno",
    Object.assign(new TypeError("The module's source code could not be parsed: x at file:///p/x.ts:4:9"), {
      code: "ERR_MODULE_NOT_FOUND",
    }),
    { file: "/p/x.ts", line: 4, column: 9 },
  ],
] as const) {
  test(`syntaxPosition() reads the position as ${dialect} tells it`, () => {
    assert.deepEqual(syntaxPosition(thrown), expected);
    const error = importError("a", "file:///p/x.ts", thrown, "/p");
    assert.equal(error.code, "PLUGIN_SYNTAX");
    assert.match(error.message, /does not parse at x\.(ts|mjs):\d/);
  });
}

for (const thrown of [undefined, null, "text", new Error("boom"), new SyntaxError("without a place")]) {
  test(`syntaxPosition() of ${String(thrown)} is undefined`, () => {
    assert.equal(syntaxPosition(thrown), undefined);
  });
}

test("importError() does not take an AggregateError that a module throws for a fault of its syntax", () => {
  const error = importError("a", "file:///p/x.js", new AggregateError([new Error("one")], "all failed"), "/p");
  assert.equal(error.code, "PLUGIN_IMPORT_FAILED");
  assert.match(error.message, /: all failed\.$/);
});

test("PLUGIN_SYNTAX without a position where the runtime offers none", () => {
  const error = importError("a", "file:///p/x.js", new SyntaxError("Unexpected token"), "/p");
  assert.equal(error.code, "PLUGIN_SYNTAX");
  assert.equal(error.message, 'Cannot load plugin "a": its code does not parse: Unexpected token.');
});

for (const message of ["Cannot use import statement outside a module", "Unexpected token 'export'"]) {
  test(`importError() of "${message}" says that plugins are ES modules`, () => {
    const error = importError("a", "file:///p/x.ts", new SyntaxError(message), "/p");
    assert.equal(error.code, "PLUGIN_SYNTAX");
    assert.match(error.remedy ?? "", /npm pkg set type=module/);
  });
}
