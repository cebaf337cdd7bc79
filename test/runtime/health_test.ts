import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Clock } from "../../runtime/clock.ts";
import { systemClock } from "../../runtime/clock.ts";
import { HealthMonitor } from "../../runtime/health.ts";
import type { HealthCheck } from "../../runtime/plugin.ts";
import type { PluginSnapshot } from "../../runtime/health_report.ts";
import { pluginSnapshot } from "./gateway/test_gateway.ts";

/** A clock whose monotonic time is set by hand; timers are real. */
function manualClock(): Clock & { advance(ms: number): void } {
  let time = 0;
  return { ...systemClock, monotonic: () => time, advance: (ms) => void (time += ms) };
}

function monitorOf(snapshots: PluginSnapshot[], clock: Clock = manualClock()): HealthMonitor {
  return new HealthMonitor({
    snapshots: () => [...snapshots],
    snapshot: (name) => [...snapshots].find((one) => one.name === name),
    clock,
    cacheMs: 1_000,
  });
}

const healthy = (): HealthCheck => ({ status: "healthy" });

test("report() asks a check once while its answer is good, and again after", async () => {
  const clock = manualClock();
  const check = mock.fn(healthy);
  const monitor = monitorOf([pluginSnapshot("a", { check })], clock);
  await monitor.report();
  clock.advance(999);
  await monitor.report();
  assert.equal(check.mock.callCount(), 1);
  clock.advance(1);
  await monitor.report();
  assert.equal(check.mock.callCount(), 2);
});

test("report() concurrent callers share one run", async () => {
  const check = mock.fn(async () => healthy());
  const monitor = monitorOf([pluginSnapshot("a", { check })]);
  const reports = await Promise.all([monitor.report(), monitor.report(), monitor.plugin("a"), monitor.report()]);
  assert.equal(check.mock.callCount(), 1);
  assert.equal(reports[0], reports[1]);
});

test("report() runs all checks at once: silent ones cost one deadline, not their sum", async () => {
  const silent = (): Promise<HealthCheck> => new Promise(() => undefined);
  const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const monitor = monitorOf([
    ...names.map((name) => pluginSnapshot(name, { check: silent, healthMs: 50 })),
    pluginSnapshot("quick", { check: healthy }),
  ]);
  const begin = performance.now();
  const report = await monitor.report();
  assert.ok(performance.now() - begin < 20 * 50);
  assert.equal(report.plugins["quick"]?.status, "healthy");
  assert.equal(report.summary.unhealthy, 20);
});

test("markStale() shows a new state at once and keeps the answers of checks", async () => {
  const check = mock.fn(healthy);
  const snapshots = [pluginSnapshot("a", { check }), pluginSnapshot("b")];
  const monitor = monitorOf(snapshots);
  assert.equal((await monitor.report()).status, "healthy");
  snapshots[1] = pluginSnapshot("b", { state: "stopped" });
  assert.equal((await monitor.report()).status, "healthy");
  monitor.markStale();
  assert.equal((await monitor.report()).status, "degraded");
  assert.equal(check.mock.callCount(), 1);
});

test("markStale() during a run: that run's report is not kept", async () => {
  let settle: (answer: HealthCheck) => void = () => assert.fail("not asked");
  const check = (): Promise<HealthCheck> => new Promise((resolve) => (settle = resolve));
  const snapshots = [pluginSnapshot("a", { check }), pluginSnapshot("b")];
  const monitor = monitorOf(snapshots);
  const first = monitor.report();
  snapshots[1] = pluginSnapshot("b", { state: "error" });
  monitor.markStale();
  settle({ status: "healthy" });
  assert.equal((await first).status, "healthy");
  assert.equal(monitor.cachedReport(), undefined);
  assert.equal((await monitor.report()).status, "degraded");
});

test("a new run of a plugin is asked anew", async () => {
  const check = mock.fn(healthy);
  const snapshots = [pluginSnapshot("a", { check, since: 1 })];
  const monitor = monitorOf(snapshots);
  await monitor.report();
  snapshots[0] = pluginSnapshot("a", { check, since: 2 });
  monitor.markStale();
  await monitor.report();
  assert.equal(check.mock.callCount(), 2);
});

test("a late answer of an ended run does not touch the next run's", async () => {
  let settle: (answer: HealthCheck) => void = () => assert.fail("not asked");
  const slow = (): Promise<HealthCheck> => new Promise((resolve) => (settle = resolve));
  const snapshots = [pluginSnapshot("a", { check: slow, since: 1 })];
  const monitor = monitorOf(snapshots);
  const first = monitor.report();
  snapshots[0] = pluginSnapshot("a", { check: () => ({ status: "degraded" }), since: 2 });
  monitor.markStale();
  assert.equal((await monitor.report()).plugins["a"]?.status, "degraded");
  settle({ status: "unhealthy" });
  await first;
  monitor.markStale();
  assert.equal((await monitor.report()).plugins["a"]?.status, "degraded");
});

test("plugin() answers with the check's detail, undefined for a stranger", async () => {
  const check = (): HealthCheck => ({ status: "degraded", detail: { lag_ms: 40 } });
  const monitor = monitorOf([pluginSnapshot("a", { check })]);
  assert.deepEqual((await monitor.plugin("a"))?.detail, { lag_ms: 40 });
  assert.equal(await monitor.plugin("b"), undefined);
});

test("cachedReport() holds the same text until something changes", async () => {
  const monitor = monitorOf([pluginSnapshot("a")]);
  await monitor.report();
  const cached = monitor.cachedReport();
  assert.deepEqual(JSON.parse(cached?.text ?? ""), JSON.parse(JSON.stringify(cached?.report)));
  assert.equal(monitor.cachedReport(), cached);
});
