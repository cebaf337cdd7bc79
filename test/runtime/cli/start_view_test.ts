import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Output } from "../../../runtime/cli/output.ts";
import { StartView } from "../../../runtime/cli/start_view.ts";
import { BackplaneError } from "../../../runtime/errors.ts";
import type { LogRecord } from "../../../runtime/logger.ts";
import type { PluginResult } from "../../../runtime/plugin_result.ts";

interface Terminal {
  readonly output: Output;
  readonly text: () => string;
}

/** A stream that says it is a terminal. */
function terminal(isTTY = true, variables: Record<string, string> = { NO_COLOR: "1" }): Terminal {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream & PassThrough;
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { output: new Output({ stdout: stream, stderr: stream, variables }), text: () => text };
}

function record(message: string, given: Partial<LogRecord> = {}): LogRecord {
  return { time: 0, level: "info", subsystem: "plugin", module: "a", message, fields: {}, local: false, ...given };
}

const failed = new BackplaneError("PLUGIN_START_FAILED", 'Cannot start plugin "b": no way.', { remedy: "Mend it." });
const rest = { place: undefined, blockedBy: [], critical: false, security: false };
const results: PluginResult[] = [
  { plugin: "a", state: "running", durationMs: 12.3, cause: undefined, ...rest },
  { plugin: "b", state: "error", durationMs: 1, cause: failed, ...rest },
  { plugin: "c", state: "disabled", durationMs: undefined, cause: undefined, ...rest },
];

test("StartView on a terminal shows the table first, then the lines that waited for it", () => {
  const { output, text } = terminal();
  const view = new StartView(output, { json: false });
  view.log(record("early"), "pretty");
  view.log(record("Starting", { subsystem: "runtime", module: "runtime" }), "pretty");
  assert.equal(text(), "");
  view.started(results, "http://127.0.0.1:1", undefined);
  view.log(record("late"), "pretty");
  const expected = [
    "PLUGIN  STATE     MS",
    "a       running   12",
    "b       error      1",
    "c       disabled",
    "",
    'error PLUGIN_START_FAILED: Cannot start plugin "b": no way.',
    "  remedy  Mend it.",
    "",
    "Listening on http://127.0.0.1:1. Ctrl-C stops.",
    "",
    "1970-01-01T00:00:00.000Z info     plugin/a: early",
    "1970-01-01T00:00:00.000Z info     plugin/a: late",
    "",
  ];
  assert.equal(text(), expected.join("\n"));
});

test("StartView on a terminal shows warnings at once, but not the state changes that the table tells", () => {
  const { output, text } = terminal();
  const view = new StartView(output, { json: false });
  view.log(record("still in start()", { level: "warning", subsystem: "runtime", module: "lifecycle" }), "pretty");
  const change = { level: "error", subsystem: "runtime", module: "lifecycle", fields: { to: "error" } } as const;
  view.log(record("failed", change), "pretty");
  assert.match(text(), /^\S+ warning +runtime\/lifecycle: still in start\(\)\n$/);
});

test("StartView shows every line that waited when there is no table", () => {
  const { output, text } = terminal();
  const view = new StartView(output, { json: false });
  view.log(record("Starting", { subsystem: "runtime" }), "pretty");
  view.release();
  assert.match(text(), /Starting/);
});

test("StartView colours on a terminal that was not told otherwise", () => {
  const { output, text } = terminal(true, {});
  new StartView(output, { json: false }).started(results, undefined, undefined);
  assert.ok(text().includes("\u001b[32mrunning\u001b[0m"));
});

for (const [why, isTTY, json, format] of [
  ["off a terminal", false, false, "pretty"],
  ["with --json", true, true, "pretty"],
  ["when the manifest says so", true, false, "json"],
] as const) {
  test(`StartView ${why} shows JSON lines at once and nothing else`, () => {
    const { output, text } = terminal(isTTY, {});
    const view = new StartView(output, { json });
    view.log(record("early"), format);
    view.started(results, "http://127.0.0.1:1", undefined);
    const lines = text().trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { message: string }).message),
      ["early"],
    );
  });
}
