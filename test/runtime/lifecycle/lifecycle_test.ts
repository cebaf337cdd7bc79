import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { deferred, Kernel, startedKernel } from "../kernel.ts";
import { promisesDone } from "../../../runtime/testing/manual_clock.ts";

const boom = (): never => {
  throw new Error("boom");
};
const rejected = async (): Promise<void> => await Promise.reject(new Error("boom"));
const never = (): Promise<void> => new Promise(() => undefined);

test("a plugin is initialised only after everything it requires has started", async () => {
  const kernel = await startedKernel([
    { name: "web", requires: ["db"], priority: 10 },
    { name: "database", provides: ["db"], start: () => Promise.resolve() },
  ]);
  assert.deepEqual(kernel.calls, [
    "database.construct",
    "database.initialize",
    "database.start",
    "web.construct",
    "web.initialize",
    "web.start",
  ]);
});

test("what is not a promise is not awaited: a start of such plugins ends before the caller goes on", () => {
  const kernel = new Kernel([{ name: "a" }, { name: "b", dependsOn: ["a"], priority: 50 }]);
  void kernel.manager.startAll();
  assert.deepEqual(kernel.states, { a: "running", b: "running" });
});

test("inside a barrier everything whose dependencies run starts in parallel", async () => {
  const kernel = new Kernel([
    { name: "a", priority: 10, start: never },
    { name: "b", priority: 10, start: never },
  ]);
  void kernel.manager.startAll();
  assert.deepEqual(kernel.states, { a: "starting", b: "starting" });
});

for (const [outcome, start] of [
  ["runs", (): undefined => undefined],
  ["fails", boom],
] as const) {
  test(`a barrier opens when everything smaller has settled: one that ${outcome}`, async () => {
    const gate = deferred();
    const kernel = new Kernel([
      { name: "low", priority: 10, initialize: () => gate.promise, start },
      { name: "high", priority: 20 },
    ]);
    void kernel.manager.startAll();
    assert.equal(kernel.state("high"), "registered");
    gate.resolve();
    await promisesDone();
    assert.equal(kernel.state("high"), "running");
  });
}

test("a plugin that fails ends in error, its dependents are blocked by name, everything else starts", async () => {
  const kernel = await startedKernel([
    { name: "a", start: boom },
    { name: "b", dependsOn: ["a"] },
    { name: "c", dependsOn: ["b"] },
    { name: "d" },
  ]);
  assert.deepEqual(kernel.states, { a: "error", b: "blocked", c: "blocked", d: "running" });
  assert.deepEqual(kernel.node("b").blockedBy, ["a"]);
  assert.deepEqual(kernel.node("c").blockedBy, ["b"]);
  assert.deepEqual(
    kernel.of("plugin_state").flatMap((event) => event.blockedBy ?? []),
    ["a", "b"],
  );
});

test("a plugin that is needed for two reasons counts once, and blocks by name once", async () => {
  const kernel = await startedKernel([
    { name: "a", provides: ["x", "y"], start: boom },
    { name: "b", requires: ["x", "y"], dependsOn: ["a"], optional: ["x"] },
  ]);
  assert.deepEqual(kernel.node("b").blockedBy, ["a"]);
  assert.deepEqual(
    kernel.node("a").dependents.map(({ name }) => name),
    ["b"],
  );
});

for (const [phase, spec, code] of [
  ["construct", { construct: boom }, "PLUGIN_CONSTRUCT_FAILED"],
  ["initialize", { initialize: boom }, "PLUGIN_INITIALIZE_FAILED"],
  ["initialize", { initialize: rejected }, "PLUGIN_INITIALIZE_FAILED"],
  ["start", { start: boom }, "PLUGIN_START_FAILED"],
  ["start", { start: rejected }, "PLUGIN_START_FAILED"],
] as const) {
  test(`a failure in ${phase} (${Object.values(spec)[0]!.name}) is ${code}, with its cause`, async () => {
    const kernel = await startedKernel([{ name: "a", ...spec }]);
    const { error, state } = kernel.node("a");
    assert.equal(state, "error");
    assert.equal(error?.code, code);
    assert.match(error.message, /^Cannot start plugin "a": .*boom\.$/);
    assert.equal((error.cause as Error).message, "boom");
    const told = kernel.of("plugin_state").find((event) => event.to === "error");
    assert.equal(told?.error, error);
  });
}

test("a plugin that throws something hostile is contained", async () => {
  const hostile = {
    get message(): string {
      throw new Error("no message");
    },
    toString: boom,
  };
  const kernel = await startedKernel([
    {
      name: "a",
      start: () => {
        throw hostile;
      },
    },
    // oxlint-disable-next-line unicorn/no-thenable -- that is the point
    { name: "b", start: () => ({ then: boom }) },
    {
      name: "c",
      start: () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- that is the point
        get then(): never {
          return boom();
        },
      }),
    },
  ]);
  await promisesDone();
  assert.deepEqual(kernel.states, { a: "error", b: "error", c: "error" });
  assert.equal(kernel.node("c").error?.code, "PLUGIN_START_FAILED");
});

test("an optional dependency orders but never blocks", async () => {
  const gate = deferred();
  const kernel = new Kernel([
    { name: "web", optional: ["cache"] },
    { name: "memory", provides: ["cache"], initialize: () => gate.promise, start: boom },
  ]);
  void kernel.manager.startAll();
  assert.equal(kernel.state("web"), "registered");
  gate.resolve();
  await promisesDone();
  assert.deepEqual(kernel.states, { web: "running", memory: "error" });
});

test("a module that cannot be loaded is that plugin's error and blocks those that lack a service", async () => {
  const failed = new BackplaneError("PLUGIN_IMPORT_FAILED", "Cannot load plugin.", { remedy: "-" });
  const kernel = await startedKernel([{ name: "a", failed }, { name: "b", requires: ["db"] }, { name: "c" }]);
  assert.deepEqual(kernel.states, { a: "error", b: "blocked", c: "running" });
  assert.equal(kernel.node("a").error, failed);
  assert.deepEqual(kernel.node("b").blockedBy, ["a"]);
  assert.match(kernel.node("b").plan!.reason, /no provider of db; not loaded: a$/);
});

test("a disabled plugin is never constructed and stays disabled", async () => {
  const kernel = await startedKernel([{ name: "a", enabled: false }, { name: "b" }]);
  await kernel.manager.stopAll(1_000);
  assert.equal(kernel.state("a"), "disabled");
  assert.deepEqual(kernel.called("construct"), ["b"]);
});

test("a critical plugin that fails during the start ends the start at once, with its node", async () => {
  const kernel = new Kernel([
    { name: "a", critical: true, start: boom },
    { name: "b", start: never },
  ]);
  const failed = await kernel.manager.startAll();
  assert.equal(failed?.name, "a");
  assert.equal(kernel.state("b"), "starting");
});

test("a critical plugin that is blocked during the start fails the start", async () => {
  const kernel = new Kernel([
    { name: "a", start: boom },
    { name: "b", dependsOn: ["a"], critical: true },
  ]);
  assert.equal((await kernel.manager.startAll())?.name, "b");
});

test("isInsidePhase() tells who would wait for itself, callingPhaseOf whose phase is on this very stack", async () => {
  const seen: unknown[] = [];
  const kernel: Kernel = new Kernel([
    {
      name: "a",
      start: async () => {
        seen.push(kernel.manager.callingPhaseOf, kernel.manager.isInsidePhase("a"));
        await Promise.resolve();
        seen.push(kernel.manager.callingPhaseOf, kernel.manager.isInsidePhase("a"));
      },
    },
  ]);
  await kernel.manager.startAll();
  assert.deepEqual(seen, ["a", true, undefined, true]);
  assert.equal(kernel.manager.isInsidePhase("a"), false);
});

test("every transition is an event with time, duration and cause", async () => {
  const kernel = new Kernel([
    { name: "a", start: never, timeouts: { startMs: 400 } },
    { name: "b", dependsOn: ["a"] },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(400);
  const events = kernel.of("plugin_state").filter((event) => event.plugin === "a");
  assert.deepEqual(
    events.map(({ from, to, time, durationMs }) => [from, to, time, durationMs]),
    [
      ["registered", "initializing", 1_000_000, 0],
      ["initializing", "initialized", 1_000_000, 0],
      ["initialized", "starting", 1_000_000, 0],
      ["starting", "error", 1_000_400, 400],
    ],
  );
  assert.equal(events.at(-1)!.error?.code, "PLUGIN_START_TIMEOUT");
  assert.deepEqual(kernel.of("plugin_state").at(-1)!.blockedBy, ["a"]);
});

test("a listener that throws changes nothing", async () => {
  const kernel = new Kernel([{ name: "a" }]);
  kernel.events.on(boom);
  await kernel.manager.startAll();
  assert.equal(kernel.state("a"), "running");
});

test("a start of nothing, or of nothing but failures, settles at once", async () => {
  const failed = new BackplaneError("PLUGIN_IMPORT_FAILED", "Cannot load plugin.", { remedy: "-" });
  assert.deepEqual((await startedKernel([])).states, {});
  assert.deepEqual((await startedKernel([{ name: "a", failed }])).states, { a: "error" });
});

test("a start of 20,000 plugins in a chain does not exhaust the stack", async () => {
  const specs = Array.from({ length: 20_000 }, (_, i) => ({
    name: `p${i}`,
    dependsOn: i === 0 ? [] : [`p${i - 1}`],
  }));
  const kernel = await startedKernel(specs);
  assert.equal(kernel.state("p19999"), "running");
  await kernel.manager.stopAll(60_000);
  assert.equal(kernel.state("p0"), "stopped");
});
