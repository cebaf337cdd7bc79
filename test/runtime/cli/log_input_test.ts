import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logEntry } from "../../../schemas/log_entry.ts";
import { type EntryDefaults, originOf, parseLogLine } from "../../../runtime/cli/log_input.ts";
import { BackplaneError } from "../../../runtime/errors.ts";

const defaults: EntryDefaults = { time: 1_000, level: "info", subsystem: "system", module: "git" };

test("originOf() takes subsystem and module from the words of the topic, dotted or slashed", () => {
  assert.deepEqual(originOf("logs.system.git"), { subsystem: "system", module: "git" });
  assert.deepEqual(originOf("logs/backend/main/v1"), { subsystem: "backend", module: "main.v1" });
  assert.deepEqual(originOf("logs.system"), { subsystem: "system", module: "system" });
  assert.deepEqual(originOf("logs"), { subsystem: "logs", module: "logs" });
  assert.deepEqual(originOf("demo.one"), { subsystem: "demo", module: "one" });
});

test("parseLogLine() reads every field of LogEntry from JSON", () => {
  const line = JSON.stringify({
    time: "2026-01-31T12:00:00.5Z",
    level: "ERROR",
    subsystem: "s",
    module: "m",
    message: "text",
    function: "f",
    topic: "logs.x.y",
    file_path: "a.ts",
    line_number: 7,
    user_uuid: "u",
    session_id: "i",
    trace_id: "t",
    metadata: { a: 1 },
    extra: { b: "c" },
    other: [true],
  });
  assert.deepEqual(parseLogLine(line, 1, "ndjson", defaults), {
    time: Date.UTC(2026, 0, 31, 12, 0, 0, 500),
    level: "error",
    subsystem: "s",
    module: "m",
    message: "text",
    function: "f",
    topic: "logs.x.y",
    filePath: "a.ts",
    lineNumber: 7,
    userUuid: "u",
    sessionId: "i",
    traceId: "t",
    metadata: { a: "1" },
    extra: { other: "[true]", b: "c" },
  });
});

const bad: [string, RegExp][] = [
  ["text", /it is not JSON/],
  ["[1]", /it is not a JSON object/],
  ["null", /it is not a JSON object/],
  ["{}", /it has no "message"/],
  ['{"message":1}', /"message" is not a text/],
  ['{"message":"a","level":"loud"}', /"level" is not one of debug, info/],
  ['{"message":"a","time":"soon"}', /"time" is not a time/],
  ['{"message":"a","line_number":1.5}', /"line_number" is not a whole number/],
  ['{"message":"a","extra":[]}', /"extra" is not an object/],
];
for (const [line, expected] of bad) {
  test(`parseLogLine() as ndjson refuses ${line} with the line's number`, () => {
    assert.throws(
      () => parseLogLine(line, 12, "ndjson", defaults),
      (error) =>
        error instanceof BackplaneError &&
        error.code === "CLI_INPUT_INVALID" &&
        error.message.startsWith("Cannot read line 12: ") &&
        expected.test(error.message),
    );
  });
  test(`parseLogLine() as auto takes ${line} for text`, () => {
    assert.deepEqual(parseLogLine(line, 1, "auto", defaults), { ...defaults, message: line });
  });
}

test("parseLogLine() as lines takes everything for text", () => {
  const line = '{"message":"a"}';
  assert.equal(parseLogLine(line, 1, "lines", defaults).message, line);
});

test("parseLogLine() as auto never fails, and what it makes can be sent", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.json(),
        fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify({ message: "m", ...value })),
      ),
      (line) => {
        const entry = parseLogLine(line, 1, "auto", defaults);
        assert.equal(logEntry.decode(logEntry.encode(entry)).level, entry.level);
      },
    ),
  );
});
