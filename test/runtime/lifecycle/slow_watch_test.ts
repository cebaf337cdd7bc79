import assert from "node:assert/strict";
import { test } from "node:test";
import type { SlowPhase } from "../../../runtime/events.ts";
import { deferred, Kernel, startedKernel } from "../kernel.ts";

const never = (): Promise<void> => new Promise(() => undefined);

/** What was told, as one list for each time. */
function told(kernel: Kernel): SlowPhase[][] {
  return kernel.of("plugins_slow").map(({ slow }) => [...slow]);
}

/** Who waits for whom, as it was told last. */
function lastWaiting(kernel: Kernel): Record<string, readonly string[]> {
  return Object.fromEntries((told(kernel).at(-1) ?? []).map(({ plugin, waiting }) => [plugin, waiting]));
}

test("while a phase is slow every 5 s it is told for how long, against which deadline, and who waits", async () => {
  const kernel = new Kernel([
    { name: "other", priority: 20 },
    { name: "slow", priority: 10, initialize: never, timeouts: { initializeMs: 12_000 } },
    { name: "dependent", priority: 20, dependsOn: ["slow"] },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(11_000);
  const expected = {
    plugin: "slow",
    phase: "initialize",
    deadlineMs: 12_000,
    waiting: ["dependent", "other"],
    waitingCount: 2,
    requests: undefined,
  };
  assert.deepEqual(told(kernel), [[{ ...expected, elapsedMs: 5_000 }], [{ ...expected, elapsedMs: 10_000 }]]);
});

test("who waits: direct dependents, then theirs, then those behind the barrier", async () => {
  const kernel = new Kernel([
    { name: "behind", priority: 50 },
    { name: "above", dependsOn: ["direct"] },
    { name: "direct", dependsOn: ["slow"] },
    { name: "slow", start: never },
    { name: "beside", start: () => undefined },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  assert.deepEqual(lastWaiting(kernel), { slow: ["direct", "above", "behind"] });
});

test("who waits: who would like to use it, too", async () => {
  const kernel = new Kernel([
    { name: "slow", provides: ["slow"], start: never },
    { name: "fan", optional: ["slow"] },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  assert.deepEqual(lastWaiting(kernel), { slow: ["fan"] });
});

test("all that is slow is told at once, those that began first before the others", async () => {
  const specs = Array.from({ length: 13 }, (_, index) => ({ name: `p${index}`, start: never }));
  const kernel = new Kernel(specs);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  const [event] = kernel.of("plugins_slow");
  assert.deepEqual(
    event?.slow.map(({ plugin }) => plugin),
    specs.slice(0, 10).map(({ name }) => name),
  );
  assert.equal(event?.others, 3);
});

test("a slow stop names what it depends on, which waits for it", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b", dependsOn: ["a"], stop: never, timeouts: { stopMs: 8_000 } },
    { name: "c" },
  ]);
  void kernel.manager.stop(kernel.node("a"));
  await kernel.clock.advance(5_000);
  assert.deepEqual(lastWaiting(kernel), { b: ["a"] });
});

test("a slow stop of one plugin alone keeps nobody waiting", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b", dependsOn: ["a"], stop: never, timeouts: { stopMs: 8_000 } },
  ]);
  void kernel.manager.stop(kernel.node("b"));
  await kernel.clock.advance(5_000);
  assert.deepEqual(lastWaiting(kernel), { b: [] });
});

test("while everything stops, everything that still runs waits", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b" },
    { name: "c", dependsOn: ["b"], stop: never, timeouts: { stopMs: 8_000 } },
  ]);
  void kernel.manager.stopAll(20_000);
  await kernel.clock.advance(5_000);
  assert.deepEqual(lastWaiting(kernel), { c: ["b", "a"] });
});

test("a slow release is told, after a stop and after a failed start", async () => {
  const kernel = new Kernel([
    { name: "stops", construct: (plugin) => plugin.own(never), timeouts: { stopMs: 7_000 } },
    {
      name: "fails",
      construct: (plugin) => plugin.own(never),
      start: () => Promise.reject(new Error("no")),
      timeouts: { stopMs: 6_000 },
    },
    { name: "waits", dependsOn: ["fails"] },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  assert.deepEqual(
    told(kernel)[0]?.map(({ plugin, phase, deadlineMs, waiting }) => [plugin, phase, deadlineMs, waiting]),
    [["fails", "release", 6_000, ["waits"]]],
  );
  void kernel.manager.stop(kernel.node("stops"));
  await kernel.clock.advance(6_000);
  assert.deepEqual(
    told(kernel)[1]?.map(({ plugin, phase, deadlineMs }) => [plugin, phase, deadlineMs]),
    [["stops", "release", 7_000]],
  );
});

test("while requests are inside a plugin that shall stop, they are counted", async () => {
  const gate = deferred();
  const kernel = await startedKernel([{ name: "a", timeouts: { stopMs: 8_000 } }]);
  kernel.sink.inside.set("a", gate.promise);
  void kernel.manager.stop(kernel.node("a"));
  await kernel.clock.advance(5_000);
  assert.deepEqual(
    told(kernel)[0]?.map(({ phase, requests, deadlineMs }) => [phase, requests, deadlineMs]),
    [["drain", 1, 8_000]],
  );
  assert.equal(kernel.manager.isInsidePhase("a"), false, "a request inside may ask for something of the lifecycle");
  gate.resolve();
  await kernel.clock.advance(10_000);
  assert.equal(kernel.of("plugins_slow").length, 1);
});

test("a phase that began a moment before is not called slow", async () => {
  const gate = deferred();
  const kernel = new Kernel([
    { name: "a", priority: 10, start: () => gate.promise },
    { name: "b", priority: 20, start: never },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(4_000);
  gate.resolve();
  await kernel.clock.advance(1_500);
  assert.deepEqual(told(kernel), []);
});

test("of many that wait ten are named and all are counted", async () => {
  const waiting = Array.from({ length: 30 }, (_, index) => ({ name: `p${index}`, dependsOn: ["slow"] }));
  const kernel = new Kernel([{ name: "slow", start: never }, ...waiting]);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  const [slow] = told(kernel)[0]!;
  assert.deepEqual([slow?.waiting.length, slow?.waitingCount], [10, 30]);
});

test("nothing is said, and no timer runs, when everything is quick", async () => {
  const kernel = await startedKernel([{ name: "a", start: () => Promise.resolve() }]);
  await kernel.clock.advance(20_000);
  assert.deepEqual(told(kernel), []);
  assert.equal(kernel.clock.pending.all, 0);
});
