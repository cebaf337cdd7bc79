import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../runtime/clock.ts";
import { BackplaneError, type ErrorCode } from "../../../runtime/errors.ts";
import { RuntimeEvents, type RuntimeEvent, type SlowPhase } from "../../../runtime/events.ts";
import type { LogRecord } from "../../../runtime/logger.ts";
import { describeEvent, logEvents } from "../../../runtime/log/describe_event.ts";
import { RuntimeLogger } from "../../../runtime/log/runtime_logger.ts";
import type { PluginFailure } from "../../../runtime/plugin_failure.ts";
import { serviceStates, type ServiceState } from "../../../runtime/state.ts";

type StateEvent = Extract<RuntimeEvent, { type: "plugin_state" }>;

function stateEvent(to: ServiceState, change: Partial<StateEvent> = {}): StateEvent {
  return { type: "plugin_state", time: 0, plugin: "a", from: "starting", to, durationMs: 12.4, ...change };
}

function failure(code: ErrorCode): BackplaneError {
  return new BackplaneError(code, 'Cannot start plugin "a": no.', { remedy: "Mend it.", cause: new Error("why") });
}

for (const to of serviceStates) {
  const level = { running: "info", stopped: "info", error: "error", blocked: "warning" }[to as string] ?? "debug";
  test(`a plugin that is ${to} is logged as ${level}`, () => {
    const line = describeEvent(stateEvent(to));
    assert.equal(line.level, level);
    assert.equal(line.module, "lifecycle");
    assert.match(line.message, /^Plugin "a" .*\.$/);
    assert.equal(line.fields["duration_ms"], 12);
  });
}

test("a failure says phase, code, cause, remedy and whom it blocks", () => {
  const error = failure("PLUGIN_START_FAILED");
  const line = describeEvent(stateEvent("error", { error }), (plugin) => [`${plugin}_client`]);
  assert.equal(line.message, error.message);
  assert.deepEqual(line.fields, {
    plugin: "a",
    from: "starting",
    to: "error",
    duration_ms: 12,
    phase: "start",
    code: "PLUGIN_START_FAILED",
    remedy: "Mend it.",
    cause: error.cause,
    blocks: ["a_client"],
  });
});

const phases: [ErrorCode, ServiceState, string | undefined][] = [
  ["PLUGIN_CONSTRUCT_FAILED", "registered", "construct"],
  ["PLUGIN_SYNTAX", "registered", "import"],
  ["PLUGIN_RELEASE_FAILED", "stopping", "release"],
  ["DATABASE_LOCKED", "starting", "start"],
  ["DATABASE_LOCKED", "initializing", "initialize"],
  ["PLUGIN_STRAY_ERROR", "stopping", undefined],
];
for (const [code, from, phase] of phases) {
  test(`${code} from ${from} is a failure of ${phase ?? "no phase"}`, () => {
    assert.equal(describeEvent(stateEvent("error", { from, error: failure(code) })).fields["phase"], phase);
  });
}

test("a blocked plugin says by whom", () => {
  const line = describeEvent(stateEvent("blocked", { blockedBy: ["b", "c"] }));
  assert.equal(line.message, 'Plugin "a" is blocked: not running: b, c.');
  assert.deepEqual(line.fields["blocked_by"], ["b", "c"]);
});

test("a slow plugin says what it is in and who waits", () => {
  const line = describeEvent(slowEvent([{ ...inStart, waiting: ["b"], waitingCount: 1 }]));
  assert.equal(line.level, "warning");
  assert.equal(line.message, 'Plugin "a" has been in start() for 5 s of 15 s; waiting for it: b.');
  const phase = { plugin: "a", phase: "start", elapsed_ms: 5_004, deadline_ms: 15_000 };
  assert.deepEqual(line.fields, { slow: [{ ...phase, waiting: ["b"], waiting_count: 1 }] });
});

const inStart = { plugin: "a", phase: "start", elapsedMs: 5_004, deadlineMs: 15_000, requests: undefined } as const;
const alone = { ...inStart, waiting: [], waitingCount: 0 };

function slowEvent(slow: readonly SlowPhase[], others = 0): RuntimeEvent {
  return { type: "plugins_slow", time: 0, slow, others };
}

const slowLines: [Partial<SlowPhase>, string][] = [
  [{}, "in start() for 5 s of 15 s."],
  [{ waiting: ["b", "c"], waitingCount: 16 }, "in start() for 5 s of 15 s; waiting for it: b, c and 14 more."],
  [{ phase: "import" }, "loading its module for 5 s of 15 s."],
  [{ phase: "drain", requests: 1 }, "waiting for 1 request inside it for 5 s of 15 s."],
  [{ phase: "drain", requests: 7 }, "waiting for 7 requests inside it for 5 s of 15 s."],
  [{ phase: "release", deadlineMs: 7_512 }, "releasing what it owns for 5 s of 7.5 s."],
];
for (const [change, text] of slowLines) {
  test(`a slow plugin has been ${text}`, () => {
    assert.equal(describeEvent(slowEvent([{ ...alone, ...change }])).message, `Plugin "a" has been ${text}`);
  });
}

test("all that is slow at once is one line", () => {
  const line = describeEvent(slowEvent([alone, { ...alone, plugin: "b" }], 3));
  const each = "has been in start() for 5 s of 15 s.";
  assert.equal(line.message, `Plugin "a" ${each} Plugin "b" ${each} 3 more are slow.`);
  assert.equal(line.fields["others"], 3);
});

test("a problem that changes no state is an error with its phase", () => {
  const error = failure("PLUGIN_RELEASE_FAILED");
  const line = describeEvent({ type: "plugin_problem", time: 0, plugin: "a", phase: "release", error });
  assert.equal(line.level, "error");
  assert.equal(line.fields["phase"], "release");
});

function failureOf(plugin: string, blocks: readonly string[]): PluginFailure {
  const { code, message, remedy } = failure("PLUGIN_START_FAILED");
  const parts = { plugin, critical: false, phase: "start", causes: [], place: null } as const;
  return { ...parts, code, message, remedy, blocks, critical_down: [], security_down: [] };
}

const runtimeLines: [RuntimeEvent, string, string][] = [
  [{ type: "runtime_starting", time: 0, plugins: 3 }, "info", "Starting; plugins: 3."],
  [{ type: "runtime_started", time: 0, durationMs: 1, plugins: 3, failures: [] }, "info", "Start has settled."],
  [
    { type: "runtime_started", time: 0, durationMs: 1, plugins: 3, failures: [failureOf("a", [])] },
    "warning",
    "Start has settled: 1 of 3 plugins failed.",
  ],
  [
    {
      type: "runtime_started",
      time: 0,
      durationMs: 1,
      plugins: 9,
      failures: [failureOf("a", ["x", "y"]), failureOf("b", ["y"])],
    },
    "warning",
    "Start has settled: 2 of 9 plugins failed, and 2 cannot run because of that.",
  ],
  [{ type: "runtime_stopping", time: 0, reason: "SIGTERM" }, "info", "Stopping: SIGTERM."],
  [{ type: "runtime_stopped", time: 0, durationMs: 1, abandoned: [] }, "info", "Stopped."],
  [
    { type: "runtime_stopped", time: 0, durationMs: 1, abandoned: ["a", "b"] },
    "warning",
    "Stopped, without waiting for: a, b.",
  ],
  [{ type: "gateway_composed", time: 0, routes: 4, missing: [] }, "debug", "Composed 4 routes."],
  [
    { type: "gateway_composed", time: 0, routes: 4, missing: ["auth"] },
    "warning",
    "Requests are answered 503: security plugins are not running: auth.",
  ],
  [{ type: "gateway_listening", time: 0, url: "http://127.0.0.1:1" }, "info", "Listening on http://127.0.0.1:1."],
  [
    { type: "gateway_draining", time: 0, requests: 3, waiting: ["GET /api/v1/a", "POST /b"], leftMs: 4_000 },
    "warning",
    "The stop waits for 3 requests to be answered, at most 4 s more: GET /api/v1/a, POST /b and 1 more.",
  ],
  [{ type: "gateway_closed", time: 0, cut: 0 }, "info", "No longer listening."],
  [{ type: "gateway_closed", time: 0, cut: 1 }, "warning", "No longer listening; 1 request cut off."],
];
for (const [event, level, message] of runtimeLines) {
  test(`${event.type} reads "${message}"`, () => {
    const line = describeEvent(event);
    assert.deepEqual([line.level, line.message], [level, message]);
  });
}

test("logEvents() writes each event into the log as subsystem runtime", () => {
  const log = new RuntimeLogger({ clock: systemClock });
  const records: LogRecord[] = [];
  log.follow((record) => records.push(record));
  const events = new RuntimeEvents();
  events.on(logEvents(log));
  events.emit({ type: "gateway_closed", time: 0, cut: 0 });
  assert.equal(records.length, 1);
  assert.deepEqual([records[0]?.subsystem, records[0]?.module], ["runtime", "gateway"]);
});

test("logEvents() writes a failure as it was when it happened, whenever it is read", () => {
  const log = new RuntimeLogger({ clock: systemClock });
  const events = new RuntimeEvents();
  events.on(logEvents(log));
  const cause = { detail: "as it was" };
  const error = new BackplaneError("PLUGIN_START_FAILED", "It failed.", { remedy: "Mend it.", cause });
  events.emit({ type: "plugin_state", time: 0, plugin: "a", from: "starting", to: "error", durationMs: 0, error });
  cause.detail = "changed";
  const records: LogRecord[] = [];
  log.follow((record) => records.push(record));
  assert.deepEqual(records[0]?.fields["cause"], { detail: "as it was" });
});
