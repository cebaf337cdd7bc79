import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { deferred, Kernel, startedKernel } from "../kernel.ts";
import { service } from "../plugin_spec.ts";
import { promisesDone } from "../../../runtime/testing/manual_clock.ts";

const boom = (): never => {
  throw new Error("boom");
};
const never = (): Promise<void> => new Promise(() => undefined);
const stray = (): BackplaneError => new BackplaneError("PLUGIN_STRAY_ERROR", "Cannot go on: stray.", { remedy: "-" });

test("a blocked plugin starts by itself when what blocked it runs", async () => {
  let good = false;
  const kernel = await startedKernel([
    { name: "a", start: () => (good ? undefined : boom()) },
    { name: "b", dependsOn: ["a"] },
  ]);
  good = true;
  await kernel.manager.start(kernel.node("a"));
  assert.deepEqual(kernel.states, { a: "running", b: "running" });
  assert.equal(kernel.node("a").error, undefined);
});

test("what an operator stopped stays down when what it needs comes back", async () => {
  const kernel = await startedKernel([{ name: "a" }, { name: "b", dependsOn: ["a"] }]);
  await kernel.manager.stop(kernel.node("b"));
  await kernel.manager.stop(kernel.node("a"));
  await kernel.manager.start(kernel.node("a"));
  assert.deepEqual(kernel.states, { a: "running", b: "stopped" });
});

test("stopping one plugin stops its dependents first, in reverse, and blocks them", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b", dependsOn: ["a"] },
    { name: "c", dependsOn: ["b"] },
    { name: "d" },
  ]);
  await kernel.manager.stop(kernel.node("a"));
  assert.deepEqual(kernel.called("stop"), ["c", "b", "a"]);
  assert.deepEqual(kernel.states, { a: "stopped", b: "blocked", c: "blocked", d: "running" });
});

test("a running plugin that fails: its dependents stop in reverse and are blocked, then it stops, in error", async () => {
  const kernel = await startedKernel([{ name: "a" }, { name: "b", dependsOn: ["a"] }, { name: "c", dependsOn: ["b"] }]);
  const error = stray();
  kernel.manager.fail(kernel.node("a"), error);
  assert.deepEqual(kernel.called("stop"), ["c", "b", "a"]);
  assert.deepEqual(kernel.states, { a: "error", b: "blocked", c: "blocked" });
  assert.equal(kernel.node("a").error, error);
});

test("a failure in the middle of a start aborts it", async () => {
  const kernel = new Kernel([{ name: "a", start: never }]);
  void kernel.manager.startAll();
  kernel.manager.fail(kernel.node("a"), stray());
  await promisesDone();
  assert.equal(kernel.state("a"), "error");
  assert.equal(kernel.node("a").error?.code, "PLUGIN_STRAY_ERROR");
});

test("a failure of a plugin without a run changes nothing", async () => {
  const kernel = await startedKernel([{ name: "a" }]);
  await kernel.manager.stop(kernel.node("a"));
  kernel.manager.fail(kernel.node("a"), stray());
  assert.equal(kernel.state("a"), "stopped");
  assert.equal(kernel.node("a").error, undefined);
});

test("every start constructs a new instance in a new scope", async () => {
  const instances = new Set<unknown>();
  const signals = new Set<AbortSignal>();
  const kernel = await startedKernel([
    {
      name: "a",
      construct: (plugin) => {
        instances.add(plugin);
        signals.add(plugin.signal);
      },
    },
  ]);
  await kernel.manager.stop(kernel.node("a"));
  await kernel.manager.start(kernel.node("a"));
  assert.equal(instances.size, 2);
  assert.deepEqual(
    [...signals].map((signal) => signal.aborted),
    [true, false],
  );
});

test("a plugin stopped and started again before it is down goes down and comes up anew", async () => {
  const gate = deferred();
  const kernel = await startedKernel([{ name: "a" }, { name: "b", dependsOn: ["a"], stop: () => gate.promise }]);
  const stopped = kernel.manager.stop(kernel.node("a"));
  const started = kernel.manager.start(kernel.node("a"));
  gate.resolve();
  await Promise.all([stopped, started]);
  await promisesDone();
  assert.deepEqual(kernel.states, { a: "running", b: "running" });
  assert.deepEqual(kernel.called("start"), ["a", "b", "a", "b"]);
});

test("a plugin started again while its failed run is being stopped is tried again", async () => {
  const gate = deferred();
  const kernel = await startedKernel([{ name: "a", stop: () => gate.promise }]);
  kernel.manager.fail(kernel.node("a"), stray());
  const started = kernel.manager.start(kernel.node("a"));
  gate.resolve();
  await started;
  assert.equal(kernel.state("a"), "running");
  assert.ok(kernel.history("a").includes("error"), "the failure is told all the same");
});

test("a stop between the end of start() and running takes the plugin down again, with stop()", async () => {
  const gate = deferred();
  const kernel = new Kernel([{ name: "a", start: () => gate.promise }]);
  void kernel.manager.startAll();
  gate.resolve();
  await Promise.resolve();
  await Promise.resolve();
  await kernel.manager.stop(kernel.node("a"));
  assert.equal(kernel.state("a"), "stopped");
  assert.equal(kernel.called("stop").length, kernel.history("a").includes("running") ? 1 : 0);
});

test("an optional provider that comes later is seen at the consumer's next start", async () => {
  const seen: unknown[] = [];
  let good = false;
  const kernel = await startedKernel([
    { name: "web", optional: ["cache"], start: (plugin) => void seen.push(plugin.optionalService(service("cache"))) },
    { name: "memory", provides: ["cache"], start: () => (good ? undefined : boom()) },
  ]);
  good = true;
  await kernel.manager.start(kernel.node("memory"));
  assert.deepEqual(seen, [undefined]);
  await kernel.manager.stop(kernel.node("web"));
  await kernel.manager.start(kernel.node("web"));
  assert.deepEqual(seen, [undefined, "cache"]);
});

test("an optional provider that stops leaves its consumers running", async () => {
  const kernel = await startedKernel([
    { name: "memory", provides: ["cache"] },
    { name: "web", optional: ["cache"] },
  ]);
  await kernel.manager.stop(kernel.node("memory"));
  assert.deepEqual(kernel.states, { memory: "stopped", web: "running" });
});

test("starting a plugin whose module could not be loaded ends at once, still in error", async () => {
  const failed = new BackplaneError("PLUGIN_IMPORT_FAILED", "Cannot load plugin.", { remedy: "-" });
  const kernel = await startedKernel([{ name: "a", failed }]);
  await kernel.manager.start(kernel.node("a"));
  assert.equal(kernel.state("a"), "error");
  assert.equal(kernel.node("a").error, failed);
});

test("a critical plugin that fails after the start ends nothing", async () => {
  const kernel = await startedKernel([{ name: "a", critical: true }, { name: "b" }]);
  kernel.manager.fail(kernel.node("a"), stray());
  assert.deepEqual(kernel.states, { a: "error", b: "running" });
});

test("a service is in the container exactly while its provider runs", async () => {
  const gate = deferred();
  const kernel = new Kernel([
    { name: "a", provides: ["db"], start: () => gate.promise, stop: () => void seen.push(find()) },
  ]);
  const find = (): unknown => kernel.container.find(service("db"))?.value;
  const seen: unknown[] = [];
  const start = kernel.manager.startAll();
  seen.push(find());
  gate.resolve();
  await start;
  seen.push(find());
  await kernel.manager.stop(kernel.node("a"));
  assert.deepEqual(seen, [undefined, "db", undefined]);
});

test("with bind only the chosen provider's service is visible, and the other's end does not take it away", async () => {
  const kernel = await startedKernel(
    [
      { name: "a", provides: ["db"] },
      { name: "b", provides: ["db"] },
    ],
    { bind: { db: "b" } },
  );
  assert.equal(kernel.container.find(service("db"))?.owner, "b");
  await kernel.manager.stop(kernel.node("a"));
  assert.equal(kernel.container.find(service("db"))?.owner, "b");
});
