import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { deferred, Kernel, startedKernel } from "../kernel.ts";
import { promisesDone } from "../../../runtime/testing/manual_clock.ts";

const never = (): Promise<void> => new Promise(() => undefined);

test("stopAll() stops in the exact reverse of the order in which plugins came to run", async () => {
  const gates = [deferred(), deferred(), deferred()];
  const kernel = new Kernel(
    ["a", "b", "c"].map((name, index) => ({ name, start: () => gates[index]!.promise, stop: () => Promise.resolve() })),
  );
  const start = kernel.manager.startAll();
  for (const index of [1, 2, 0]) {
    gates[index]!.resolve();
    await promisesDone();
  }
  await start;
  await kernel.manager.stopAll(20_000);
  assert.deepEqual(kernel.called("stop"), ["a", "c", "b"]);
});

test("stopAll() awaits each plugin before it tells the next one", async () => {
  const gate = deferred();
  const kernel = await startedKernel([{ name: "a" }, { name: "b", stop: () => gate.promise }]);
  const stop = kernel.manager.stopAll(20_000);
  await promisesDone();
  assert.deepEqual(kernel.called("stop"), ["b"]);
  gate.resolve();
  assert.deepEqual(await stop, []);
  assert.deepEqual(kernel.called("stop"), ["b", "a"]);
});

test("stopAll() goes on after stop() has failed or timed out, and collects the errors", async () => {
  const kernel = await startedKernel([
    { name: "a" },
    { name: "b", stop: never, timeouts: { stopMs: 100 } },
    {
      name: "c",
      stop: () => {
        throw new Error("boom");
      },
    },
  ]);
  const stop = kernel.manager.stopAll(20_000);
  await kernel.clock.advance(100);
  assert.deepEqual(await stop, []);
  assert.deepEqual(
    kernel.of("plugin_problem").map(({ plugin, phase, error }) => [plugin, phase, error.code]),
    [
      ["c", "stop", "PLUGIN_STOP_FAILED"],
      ["b", "stop", "PLUGIN_STOP_TIMEOUT"],
    ],
  );
  assert.deepEqual(kernel.states, { a: "stopped", b: "stopped", c: "stopped" });
});

test("when the budget is spent the rest is told to stop, in order, not awaited, and listed", async () => {
  const kernel = await startedKernel(
    ["a", "b", "c", "d"].map((name) => ({ name, stop: name === "c" ? never : (): Promise<void> => Promise.resolve() })),
  );
  const stop = kernel.manager.stopAll(2_000);
  await kernel.clock.advance(1_999);
  assert.deepEqual(kernel.called("stop"), ["d", "c"]);
  await kernel.clock.advance(1);
  assert.deepEqual(await stop, ["c", "b", "a"]);
  assert.deepEqual(kernel.called("stop"), ["d", "c", "b", "a"]);
});

test("when the budget is spent a plugin that waits for its requests is told before those that came to run earlier", async () => {
  const kernel = await startedKernel([{ name: "a" }, { name: "b" }]);
  kernel.sink.inside.set("b", never());
  const stop = kernel.manager.stopAll(1_000);
  await kernel.clock.advance(1_000);
  assert.deepEqual(await stop, ["b", "a"]);
  assert.deepEqual(kernel.called("stop"), ["b", "a"]);
});

test("stopAll() during the start: nothing further starts, phases in flight are aborted at once, then the reverse stop", async () => {
  const kernel = new Kernel([
    { name: "a", priority: 10 },
    { name: "b", priority: 20, start: never },
    { name: "c", priority: 30 },
  ]);
  const start = kernel.manager.startAll();
  await kernel.manager.stopAll(20_000);
  await start;
  assert.deepEqual(kernel.states, { a: "stopped", b: "stopped", c: "stopped" });
  assert.deepEqual(kernel.called("construct"), ["a", "b"]);
  assert.deepEqual(kernel.called("stop"), ["a"]);
  assert.equal(kernel.node("b").error, undefined, "an abort is no failure");
});

test("stopAll() before startAll() leaves nothing to start", async () => {
  const kernel = new Kernel([{ name: "a" }]);
  assert.deepEqual(await kernel.manager.stopAll(20_000), []);
  await kernel.manager.startAll();
  assert.deepEqual(kernel.states, { a: "stopped" });
});

test("a plugin cannot be started once everything is being stopped: RUNTIME_STOPPED", async () => {
  const kernel = await startedKernel([{ name: "a", stop: never }]);
  void kernel.manager.stopAll(20_000);
  await assert.rejects(
    kernel.manager.start(kernel.node("a")),
    (error: unknown) => error instanceof BackplaneError && error.code === "RUNTIME_STOPPED",
  );
});

test("a stop waits for the requests inside the plugin, after its signal, before stop()", async () => {
  const inside = deferred();
  const kernel = await startedKernel([{ name: "a" }]);
  kernel.sink.inside.set("a", inside.promise);
  const { signal } = kernel.node("a").run!.scope;
  const stop = kernel.manager.stop(kernel.node("a"));
  assert.equal(signal.aborted, true);
  await promisesDone();
  assert.deepEqual(kernel.called("stop"), []);
  inside.resolve();
  await stop;
  assert.deepEqual(kernel.called("stop"), ["a"]);
});

test("a stop waits for requests at most stop_ms", async () => {
  const kernel = await startedKernel([{ name: "a", timeouts: { stopMs: 300 } }]);
  kernel.sink.inside.set("a", never());
  void kernel.manager.stop(kernel.node("a"));
  await kernel.clock.advance(299);
  assert.deepEqual(kernel.called("stop"), []);
  await kernel.clock.advance(1);
  assert.deepEqual(kernel.states, { a: "stopped" });
});

test("starting and stopping leave no timer behind", async () => {
  const kernel = await startedKernel([{ name: "a", start: () => Promise.resolve(), stop: () => Promise.resolve() }]);
  await kernel.manager.stop(kernel.node("a"));
  await kernel.manager.start(kernel.node("a"));
  await kernel.manager.stopAll(20_000);
  assert.deepEqual(kernel.clock.pending, { all: 0, keepAlive: 0 });
});
