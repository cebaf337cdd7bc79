import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred, Kernel, startedKernel } from "../kernel.ts";

const never = (): Promise<void> => new Promise(() => undefined);

test("while a phase is slow a line every 5 s names it and who waits: dependents first, then those behind its barrier", async () => {
  const kernel = new Kernel([
    { name: "other", priority: 20 },
    { name: "slow", priority: 10, initialize: never, timeouts: { initializeMs: 12_000 } },
    { name: "dependent", priority: 20, dependsOn: ["slow"] },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(11_000);
  assert.deepEqual(
    kernel.of("plugin_slow").map(({ plugin, phase, elapsedMs, waiting }) => [plugin, phase, elapsedMs, waiting]),
    [
      ["slow", "initialize", 5_000, ["dependent", "other"]],
      ["slow", "initialize", 10_000, ["dependent", "other"]],
    ],
  );
});

test("a slow stop names what it depends on, which waits for it", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b", dependsOn: ["a"], stop: never, timeouts: { stopMs: 8_000 } },
  ]);
  void kernel.manager.stop(kernel.node("a"));
  await kernel.clock.advance(5_000);
  assert.deepEqual(
    kernel.of("plugin_slow").map(({ plugin, phase, waiting }) => [plugin, phase, waiting]),
    [["b", "stop", ["a"]]],
  );
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
  assert.deepEqual(kernel.of("plugin_slow"), []);
});

test("of many that wait ten are named", async () => {
  const waiting = Array.from({ length: 30 }, (_, index) => ({ name: `p${index}`, dependsOn: ["slow"] }));
  const kernel = new Kernel([{ name: "slow", start: never }, ...waiting]);
  void kernel.manager.startAll();
  await kernel.clock.advance(5_000);
  assert.equal(kernel.of("plugin_slow")[0]!.waiting.length, 10);
});

test("nothing is said, and no timer runs, when everything is quick", async () => {
  const kernel = await startedKernel([{ name: "a", start: () => Promise.resolve() }]);
  await kernel.clock.advance(20_000);
  assert.deepEqual(kernel.of("plugin_slow"), []);
  assert.equal(kernel.clock.pending.all, 0);
});
