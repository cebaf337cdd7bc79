import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../runtime/clock.ts";
import { BackplaneError } from "../../runtime/errors.ts";
import { buildReport, describePlugin, runCheck, statusOf } from "../../runtime/health_report.ts";
import type { HealthCheck } from "../../runtime/plugin.ts";
import { serviceStates } from "../../runtime/state.ts";
import { pluginSnapshot } from "./gateway/test_gateway.ts";

test("statusOf() gives each state but running one status", () => {
  const others = serviceStates.filter((state) => state !== "running");
  assert.deepEqual(Object.fromEntries(others.map((state) => [state, statusOf(state)])), {
    registered: "degraded",
    initializing: "degraded",
    initialized: "degraded",
    starting: "degraded",
    stopping: "degraded",
    stopped: "unhealthy",
    error: "unhealthy",
    blocked: "unhealthy",
    disabled: "disabled",
  });
});

test("statusOf() a running plugin is what its check says, healthy without one", () => {
  assert.equal(statusOf("running"), "healthy");
  assert.equal(statusOf("running", { status: "degraded" }), "degraded");
});

test("statusOf() ignores an answer from before the plugin left running", () => {
  assert.equal(statusOf("error", { status: "healthy" }), "unhealthy");
});

const none = new Map<string, HealthCheck>();

test("buildReport() counts every plugin once and shows status and state", () => {
  const snapshots = [
    pluginSnapshot("a"),
    pluginSnapshot("b", { state: "starting" }),
    pluginSnapshot("c", { state: "blocked" }),
    pluginSnapshot("d", { state: "disabled", enabled: false }),
  ];
  assert.deepEqual(JSON.parse(JSON.stringify(buildReport(snapshots, none))), {
    status: "degraded",
    summary: { total: 4, healthy: 1, degraded: 1, unhealthy: 1, disabled: 1 },
    plugins: {
      a: { status: "healthy", state: "running" },
      b: { status: "degraded", state: "starting" },
      c: { status: "unhealthy", state: "blocked" },
      d: { status: "disabled", state: "disabled" },
    },
  });
});

test("buildReport() is unhealthy only when a critical plugin is", () => {
  const down = { state: "error" } as const;
  assert.equal(buildReport([pluginSnapshot("a", down)], none).status, "degraded");
  assert.equal(buildReport([pluginSnapshot("a", { ...down, critical: true })], none).status, "unhealthy");
});

test("buildReport() is degraded when a critical plugin is", () => {
  const answers = new Map<string, HealthCheck>([["a", { status: "degraded" }]]);
  assert.equal(buildReport([pluginSnapshot("a", { critical: true })], answers).status, "degraded");
});

test("buildReport() does not count disabled plugins, critical or not", () => {
  const disabled = pluginSnapshot("a", { state: "disabled", enabled: false, critical: true });
  assert.equal(buildReport([disabled, pluginSnapshot("b")], none).status, "healthy");
});

test("buildReport() shows a plugin called like a member of Object", () => {
  const text = JSON.stringify(buildReport([pluginSnapshot("__proto__"), pluginSnapshot("constructor")], none));
  assert.ok(text.includes('"__proto__":{"status":"healthy"'), text);
  assert.ok(text.includes('"constructor":{"status":"healthy"'), text);
});

test("describePlugin() writes snake_case, RFC 3339 and null for what is absent", () => {
  const described = describePlugin(pluginSnapshot("a", { since: 1_000, hasConfig: true }), undefined);
  assert.deepEqual(described, {
    status: "healthy",
    state: "running",
    metadata: { name: "a", version: "1.0.0", description: "The a", priority: 40, effective_priority: 10 },
    enabled: true,
    configuration: { has_config: true },
    detail: null,
    since: "1970-01-01T00:00:01.000Z",
    error: null,
    blocked_by: [],
  });
});

test("describePlugin() tells an error by code, message and remedy, without its cause", () => {
  const error = new BackplaneError("PLUGIN_START_FAILED", "Cannot start.", { remedy: "Mend it.", cause: "secret" });
  const described = describePlugin(pluginSnapshot("a", { state: "error", error, metadata: undefined }), undefined);
  assert.deepEqual(described.error, { code: "PLUGIN_START_FAILED", message: "Cannot start.", remedy: "Mend it." });
  assert.equal(described.metadata, null);
});

function answerTo(check: () => unknown, healthMs = 10_000): Promise<HealthCheck> {
  return runCheck(pluginSnapshot("a", { check: check as () => HealthCheck, healthMs }), systemClock);
}

test("runCheck() hands on status and detail, given at once or promised", async () => {
  const answer = { status: "degraded", detail: { queue: 7 } };
  assert.deepEqual(await answerTo(() => answer), answer);
  assert.deepEqual(await answerTo(async () => answer), answer);
});

test("runCheck() a check that throws or rejects is unhealthy and says so", async () => {
  const expected = { status: "unhealthy", detail: { error: "the health check failed: no disk" } };
  assert.deepEqual(
    await answerTo(() => {
      throw new Error("no disk");
    }),
    expected,
  );
  assert.deepEqual(await answerTo(() => Promise.reject(new Error("no disk"))), expected);
});

test("runCheck() a check that stays silent is unhealthy at its deadline, and its late answer is ignored", async () => {
  let answerLate: (answer: HealthCheck) => void = () => assert.fail("not asked");
  const answer = await answerTo(() => new Promise<HealthCheck>((resolve) => (answerLate = resolve)), 5);
  assert.deepEqual(answer, {
    status: "unhealthy",
    detail: { error: "the health check did not answer within 5 ms" },
  });
  answerLate({ status: "healthy" });
  assert.equal(answer.status, "unhealthy");
});

const circular: Record<string, unknown> = {};
circular["self"] = circular;
const malformed: Record<string, unknown> = {
  nothing: undefined,
  null: null,
  text: "healthy",
  "unknown status": { status: "fine" },
  "no status": {},
  "detail of text": { status: "healthy", detail: "text" },
  "detail of a list": { status: "healthy", detail: [1] },
  "detail of null": { status: "healthy", detail: null },
  "circular detail": { status: "healthy", detail: circular },
  "detail with a bigint": { status: "healthy", detail: { rows: 1n } },
};
for (const [name, value] of Object.entries(malformed)) {
  test(`runCheck() a malformed answer is unhealthy: ${name}`, async () => {
    const answer = await answerTo(() => value);
    assert.equal(answer.status, "unhealthy");
    assert.match(String(answer.detail?.["error"]), /answered something else/);
  });
}

test("runCheck() an answer whose parts throw when read is unhealthy", async () => {
  const hostile = Object.defineProperty({}, "status", {
    get() {
      throw new Error("gotcha");
    },
  });
  assert.equal((await answerTo(() => hostile)).status, "unhealthy");
});
