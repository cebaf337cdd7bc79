import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logLevels } from "../../runtime/logger.ts";
import { type LogEntry, logEntry, logEntryLevels, type LogEntryLevel } from "../../schemas/log_entry.ts";
import { fromMillis, toMillis } from "../../schemas/timestamp.ts";

const text = fc.string({ unit: "grapheme" });
const map = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), text).map((given) => ({ ...given }));
const entry: fc.Arbitrary<LogEntry> = fc.record({
  time: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  level: fc.constantFrom(...(Object.keys(logEntryLevels) as LogEntryLevel[])),
  subsystem: text,
  module: text,
  message: text,
  function: text,
  topic: text,
  metadata: map,
  filePath: text,
  lineNumber: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  userUuid: text,
  sessionId: text,
  traceId: text,
  extra: map,
});

test("a log entry comes back as it was sent", () => {
  fc.assert(
    fc.property(entry, (value) => {
      const decoded = logEntry.decode(logEntry.encode(value));
      assert.deepEqual({ ...decoded, metadata: { ...decoded.metadata }, extra: { ...decoded.extra } }, { ...value });
    }),
  );
});

test("the field numbers are those other programs speak", () => {
  const short = (field: number, letter: string): string => `${letter === "" ? "" : tag(field)}01${hex(letter)}`;
  const tag = (field: number): string => ((field << 3) | 2).toString(16).padStart(2, "0");
  const hex = (letter: string): string => Buffer.from(letter).toString("hex");
  const strings = [3, 4, 5, 6, 7].map((field, index) => short(field, "smfxt"[index] ?? "")).join("");
  const tail = [11, 12, 13].map((field, index) => short(field, "uvw"[index] ?? "")).join("");
  const bytes = `0a020801101e${strings}42060a016b1201764a01705007${tail}72060a0165120166`;
  const { metadata, extra, ...rest } = logEntry.decode(Buffer.from(bytes, "hex"));
  assert.deepEqual(rest, {
    time: 1_000,
    level: "warning",
    subsystem: "s",
    module: "m",
    function: "f",
    message: "x",
    topic: "t",
    filePath: "p",
    lineNumber: 7,
    userUuid: "u",
    sessionId: "v",
    traceId: "w",
  });
  assert.deepEqual([{ ...metadata }, { ...extra }], [{ k: "v" }, { e: "f" }]);
});

test("the levels are the runtime's own, and unknown", () => {
  assert.deepEqual(logEntryLevels, { unknown: 0, ...logLevels });
});

test("a level this version does not know is unknown", () => {
  assert.equal(logEntry.decode(Buffer.from("1023", "hex")).level, "unknown");
});

test("bytes that are no log entry throw", () => {
  assert.throws(() => logEntry.decode(Buffer.from("32ff01", "hex")));
});

test("a time outside the years 1 to 9999 is 0, and so is a missing one", () => {
  assert.equal(toMillis({ seconds: 253_402_300_800 }), 0);
  assert.equal(toMillis({ seconds: -62_135_596_801 }), 0);
  assert.equal(toMillis(undefined), 0);
});

test("a time before 1970 has its nanoseconds counted upwards", () => {
  assert.deepEqual(fromMillis(-1), { seconds: -1, nanos: 999_000_000 });
});

test("logEntry.encode() answers bytes that the next call leaves alone", () => {
  const entryOf = (message: string): LogEntry => ({ time: 1, level: "info", subsystem: "a", module: "b", message });
  const first = logEntry.encode(entryOf("one"));
  logEntry.encode(entryOf("two"));
  assert.equal(logEntry.decode(first).message, "one");
});
