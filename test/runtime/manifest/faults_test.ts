import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../../runtime/errors.ts";
import { faultsError, formatFault, formatPath, quote, scrub } from "../../../runtime/manifest/faults.ts";

function fault(file: string, line: number, column: number, message = "is wrong."): Fault {
  const position = { file, line, column, text: "        priority: high" };
  return { code: "MANIFEST_INVALID_VALUE", path: ["core", "x"], message, remedy: "Mend it.", position };
}

describe("formatFault()", () => {
  test("shows place, path, message, the line with a caret, and the remedy", () => {
    assert.equal(
      formatFault({ ...fault("core.yaml", 12, 9), path: ["core", "plugins", "greeter", "priority"] }),
      [
        "core.yaml:12:9 core.plugins.greeter.priority: is wrong.",
        "  12 |         priority: high",
        "     |         ^",
        "  Mend it.",
      ].join("\n"),
    );
  });

  test("keeps tabs before the caret, and leaves the caret out beyond a line that was cut", () => {
    const position = { file: "f", line: 1, column: 3, text: "\ta: b" };
    assert.match(formatFault({ ...fault("f", 1, 1), position }), /\n {4}\| \t \^\n/u);
    assert.doesNotMatch(formatFault({ ...fault("f", 1, 1), position: { ...position, column: 900 } }), /\^/u);
  });

  test("does without a place and without a path", () => {
    const { position: _, ...rest } = fault("f", 1, 1);
    assert.equal(formatFault({ ...rest, path: [] }), "is wrong.\n  Mend it.");
  });

  test("escapes control characters, so that no file can command a terminal", () => {
    const position = { file: "f", line: 1, column: 1, text: "\u001b[2J\u202Ex" };
    const text = formatFault({ ...fault("f", 1, 1, "\u0007"), path: ["\u001b]0;x"], position });
    assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}|\p{Cf}/u);
    assert.match(text, /\\u\{1b\}\[2J\\u\{202e\}x/u);
  });
});

describe("faultsError()", () => {
  test("sorts by file, line and column, and counts", () => {
    const error = faultsError("PLAN_INVALID", "Cannot plan", [
      fault("core.yaml", 10, 1),
      fault("core.yaml", 9, 20),
      fault("core.yaml", 9, 3),
      fault("a.yaml", 99, 1),
    ]);
    assert.equal(error.message, "Cannot plan: 4 faults.");
    assert.deepEqual(
      error.faults.map(({ position }) => `${position?.file}:${position?.line}:${position?.column}`),
      ["a.yaml:99:1", "core.yaml:9:3", "core.yaml:9:20", "core.yaml:10:1"],
    );
  });

  test("says each fault once, and gives the remedy of a single one", () => {
    const error = faultsError("PLAN_INVALID", "Cannot plan", [fault("f", 1, 1), fault("f", 1, 1)]);
    assert.deepEqual([error.message, error.remedy], ["Cannot plan: 1 fault.", "Mend it."]);
  });
});

test("formatPath() writes indexes in brackets and odd keys in quotes", () => {
  assert.equal(formatPath(["core", "allowed_hosts", 0]), "core.allowed_hosts[0]");
  assert.equal(formatPath(["a b", "c"]), '["a b"].c');
});

test("quote() cuts what is long", () => {
  assert.equal(quote("x".repeat(1000)).length, 85);
});

test("scrub() replaces the longer of two secrets that overlap", () => {
  assert.equal(scrub("secret-and-more secret", ["secret", "secret-and-more", ""]), "[hidden] [hidden]");
});
