import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LogRecord } from "../../../runtime/logger.ts";
import { formatJson, formatPretty, printableJson } from "../../../runtime/log/format.ts";

function record(change: Partial<LogRecord> = {}): LogRecord {
  const base = { time: 0, level: "info", subsystem: "plugin", module: "greeter", message: "hello" } as const;
  return { ...base, fields: {}, local: false, ...change };
}

test("formatPretty() prints one line with fields", () => {
  const text = formatPretty(record({ fields: { count: 2, name: "a b", path: "/x", list: ["q"] } }));
  assert.equal(text, '1970-01-01T00:00:00.000Z info     plugin/greeter: hello count=2 name="a b" path=/x list=["q"]');
});

test("formatPretty() colours the level only when asked", () => {
  assert.ok(!formatPretty(record()).includes("\u001b"));
  assert.ok(formatPretty(record({ level: "error" }), { colour: true }).includes("\u001b[31merror   \u001b[0m"));
});

test("formatPretty() prints a stack on indented lines, that of the cause too", () => {
  const cause = { name: "Error", message: "inner", stack: "Error: inner\n    at b" };
  const error = { name: "Error", message: "outer x", stack: "Error: outer x\n    at a", cause };
  assert.equal(
    formatPretty(record({ fields: { error } })).split(": hello")[1],
    ' error="outer x"\n    Error: outer x\n    at a\n    Error: inner\n    at b',
  );
});

test("formatPretty() escapes line breaks, escape sequences and direction marks", () => {
  const text = formatPretty(record({ message: "a\nb\r\u001b[31m\u202e\u2028", fields: { k: "\u0085", "x\ny": 1 } }));
  assert.match(text, /: a\\nb\\r\\u001b\[31m\\u202e\\u2028 k="\\u0085" "x\\ny"=1$/);
});

// The whole of what a record can hold, so that no text of a plugin can pass for a line of its own.
const anyRecord = fc.record({
  time: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
  level: fc.constantFrom("debug", "info", "warning", "error", "critical"),
  subsystem: fc.string({ unit: "binary" }),
  module: fc.string({ unit: "binary" }),
  message: fc.oneof(fc.string({ unit: "binary" }), fc.constant("a\n2025-01-01T00:00:00.000Z info")),
  fields: fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.oneof(fc.jsonValue(), fc.record({ message: fc.string(), stack: fc.string({ unit: "binary" }) })),
  ),
  local: fc.boolean(),
});

test("formatPretty(): every line but the first begins with a space, no control is left (property)", () => {
  fc.assert(
    fc.property(anyRecord, (value) => {
      const lines = formatPretty(value).split("\n");
      for (const line of lines) assert.doesNotMatch(line, /\p{Cc}|\p{Zl}|\p{Zp}|[\u202a-\u202e\u2066-\u2069]/u);
      for (const line of lines.slice(1)) assert.ok(line.startsWith("    "));
    }),
  );
});

test("formatJson(): one printable line that parses to the same data (property)", () => {
  fc.assert(
    fc.property(anyRecord, (value) => {
      const line = formatJson(value);
      assert.doesNotMatch(line, /\p{Cc}|\p{Zl}|\p{Zp}|[\u202a-\u202e\u2066-\u2069]/u);
      const parsed = JSON.parse(line) as Record<string, unknown>;
      assert.equal(parsed["message"], value.message);
      assert.deepEqual(parsed["fields"], JSON.parse(JSON.stringify(value.fields)));
    }),
  );
});

test("formatJson() writes time after RFC 3339 and the keys in order", () => {
  assert.equal(
    formatJson(record({ fields: { a: 1 } })),
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","subsystem":"plugin","module":"greeter","message":"hello","fields":{"a":1}}',
  );
});

test("printableJson() is the same JSON, without what a terminal would obey", () => {
  const value = { text: "\u009b31m \u202e \ud800 \n", list: [1] };
  for (const indent of [undefined, 2]) {
    const text = printableJson(value, indent);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /\u009b|\u202e/);
  }
});
