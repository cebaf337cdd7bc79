import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import type { BasePlugin } from "../../../runtime/plugin.ts";
import type { PluginContribution } from "../../../runtime/plugin_contribution.ts";
import { deferred, Kernel, startedKernel } from "../kernel.ts";
import { service } from "../plugin_spec.ts";
import { promisesDone } from "../../../runtime/testing/manual_clock.ts";

const never = (): Promise<void> => new Promise(() => undefined);
for (const [phase, spec, code] of [
  ["initialize", { initialize: never, timeouts: { initializeMs: 70 } }, "PLUGIN_INITIALIZE_TIMEOUT"],
  ["start", { start: never, timeouts: { startMs: 70 } }, "PLUGIN_START_TIMEOUT"],
] as const) {
  test(`${phase}() has a deadline: ${code}`, async () => {
    const kernel = new Kernel([{ name: "a", ...spec }]);
    const start = kernel.manager.startAll();
    await kernel.clock.advance(69);
    assert.notEqual(kernel.state("a"), "error");
    await kernel.clock.advance(1);
    await start;
    assert.equal(kernel.state("a"), "error");
    assert.equal(kernel.node("a").error?.code, code);
    assert.match(kernel.node("a").error!.message, new RegExp(`${phase}\\(\\) did not end within 70 ms`));
    assert.match(kernel.node("a").error!.remedy, new RegExp(`raise timeouts\\.${phase}_ms of "a" in the manifest\\.$`));
  });
}

test("a deadline keeps the process alive, so that a start that waits for nothing still ends", () => {
  const kernel = new Kernel([{ name: "a", start: never }]);
  void kernel.manager.startAll();
  assert.equal(kernel.clock.pending.keepAlive, 1);
});

test("after a time-out owned things are released at once and the signal is aborted", async () => {
  const released: string[] = [];
  let signal: AbortSignal | undefined;
  const kernel = new Kernel([
    {
      name: "a",
      timeouts: { startMs: 50 },
      start: (plugin) => {
        signal = plugin.signal;
        plugin.own(() => released.push("first"));
        plugin.own(() => released.push("second"));
        return never();
      },
    },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(50);
  assert.deepEqual(released, ["second", "first"]);
  assert.equal(signal?.aborted, true);
});

test("after a time-out a late result is ignored, and what is provided or owned late is refused or released", async () => {
  const gate = deferred();
  let late: BasePlugin | undefined;
  const kernel = new Kernel([
    {
      name: "a",
      provides: ["db"],
      provide: false,
      timeouts: { startMs: 50 },
      start: (plugin) => ((late = plugin), gate.promise),
    },
  ]);
  void kernel.manager.startAll();
  await kernel.clock.advance(50);
  gate.resolve();
  await promisesDone();
  assert.equal(kernel.state("a"), "error");
  assert.throws(() => late!.provideService(service("db"), 1), { code: "SERVICE_SCOPE_CLOSED" });
  let released = 0;
  late!.own(() => released++);
  assert.equal(released, 1);
});

test("a late rejection is ignored", async () => {
  const gate = deferred();
  const kernel = new Kernel([{ name: "a", timeouts: { startMs: 50 }, start: () => gate.promise }]);
  void kernel.manager.startAll();
  await kernel.clock.advance(50);
  gate.reject(new Error("late"));
  await promisesDone();
  assert.equal(kernel.node("a").error?.code, "PLUGIN_START_TIMEOUT");
});

for (const phase of ["construct", "initialize", "start"]) {
  test(`after a failure in ${phase} stop() is not called, and what was owned is released`, async () => {
    let released = 0;
    const ownAndThrow = (plugin: BasePlugin): never => {
      plugin.own(() => released++);
      throw new Error("boom");
    };
    const kernel = await startedKernel([{ name: "a", [phase]: ownAndThrow }]);
    assert.deepEqual(kernel.called("stop"), []);
    assert.equal(released, 1);
  });
}

test("every key in provides must be provided by the end of start()", async () => {
  const kernel = await startedKernel([{ name: "a", provides: ["db", "cache"], provide: false }]);
  assert.equal(kernel.node("a").error?.code, "PLUGIN_SERVICE_NOT_PROVIDED");
  assert.match(kernel.node("a").error!.message, /without providing db, cache/);
});

test("what a run owns is released after stop(), last first, even when stop() throws", async () => {
  const order: string[] = [];
  const kernel = await startedKernel([
    {
      name: "a",
      start: (plugin) => {
        plugin.own(() => order.push("first"));
        plugin.own({ [Symbol.dispose]: () => order.push("second") });
        plugin.own({ [Symbol.asyncDispose]: async () => void order.push("third") });
      },
      stop: () => {
        order.push("stop");
        throw new Error("boom");
      },
    },
  ]);
  await kernel.manager.stop(kernel.node("a"));
  assert.deepEqual(order, ["stop", "third", "second", "first"]);
});

test("what a run owns is released after stop() has timed out", async () => {
  let released = 0;
  const kernel = await startedKernel([
    { name: "a", timeouts: { stopMs: 40 }, start: (plugin) => void plugin.own(() => released++), stop: never },
  ]);
  void kernel.manager.stop(kernel.node("a"));
  await kernel.clock.advance(39);
  assert.equal(released, 0);
  await kernel.clock.advance(1);
  assert.equal(released, 1);
  assert.equal(kernel.state("a"), "stopped");
});

test("a release that fails is told, PLUGIN_RELEASE_FAILED, and the others are released all the same", async () => {
  let released = 0;
  const kernel = await startedKernel([
    {
      name: "a",
      start: (plugin) => {
        plugin.own(() => released++);
        plugin.own(() => {
          throw new Error("boom");
        });
        plugin.own(() => Promise.reject(new Error("boom")));
      },
    },
  ]);
  await kernel.manager.stop(kernel.node("a"));
  assert.equal(released, 1);
  assert.deepEqual(
    kernel.of("plugin_problem").map(({ phase, error }) => [phase, error.code]),
    [
      ["release", "PLUGIN_RELEASE_FAILED"],
      ["release", "PLUGIN_RELEASE_FAILED"],
    ],
  );
});

test("the plugin's signal aborts when the run begins to end, before stop()", async () => {
  const seen: boolean[] = [];
  const kernel = await startedKernel([{ name: "a", stop: (plugin) => void seen.push(plugin.signal.aborted) }]);
  await kernel.manager.stop(kernel.node("a"));
  assert.deepEqual(seen, [true]);
});

test("routes are asked for once, at the end of the start phase, and each handler runs as the plugin", async () => {
  let asked = 0;
  const kernel: Kernel = await startedKernel(
    [
      {
        name: "a",
        members: {
          routes: () => {
            asked++;
            return [{ method: "GET", path: "/api/v1/x", access: "public", handler: () => kernel.attributor.current() }];
          },
        },
      },
    ],
    { followContext: true },
  );
  const contribution = kernel.sink.admitted.get("a")!;
  assert.equal(asked, 1);
  assert.equal((contribution.routes[0]!.handler as () => unknown)(), "a");
});

for (const [what, members] of [
  ["a promise", { routes: () => Promise.resolve([]) }],
  ["a row without a handler", { routes: () => [{ method: "GET", path: "/api/v1/x", access: "public" }] }],
  ["null", { adminRoutes: () => [null] }],
] as const) {
  test(`routes that are ${what} reach the gateway's check as they are`, async () => {
    const kernel = new Kernel([{ name: "a", members }]);
    let checked: PluginContribution | undefined;
    kernel.sink.check = (contribution) => {
      checked = contribution;
      throw new BackplaneError("GATEWAY_ROUTE_INVALID", "Cannot add it.", { remedy: "-" });
    };
    await kernel.manager.startAll();
    assert.equal(kernel.node("a").error?.code, "GATEWAY_ROUTE_INVALID");
    const rows = [checked!.routes, checked!.adminRoutes].find((list) => !Array.isArray(list) || list.length > 0)!;
    const refused = !Array.isArray(rows) || rows.every((row) => typeof row?.handler !== "function");
    assert.ok(refused);
  });
}

test("routes() that throws fails the plugin: PLUGIN_START_FAILED", async () => {
  const routes = (): never => {
    throw new Error("boom");
  };
  const kernel = await startedKernel([{ name: "a", members: { routes } }]);
  assert.equal(kernel.node("a").error?.code, "PLUGIN_START_FAILED");
  assert.deepEqual(kernel.called("stop"), []);
});

test("of two plugins that finish at once with the same route the second fails, and nothing else does", async () => {
  const gate = deferred();
  const routes = (): unknown[] => [{ method: "GET", path: "/api/v1/x", access: "public", handler: () => undefined }];
  const kernel = new Kernel(["a", "b"].map((name) => ({ name, start: () => gate.promise, members: { routes } })));
  kernel.sink.check = ({ plugin }) => {
    if ([...kernel.sink.admitted.keys()].every((other) => other === plugin)) return;
    throw new BackplaneError("GATEWAY_ROUTE_CLASH", "Cannot add it.", { remedy: "-" });
  };
  const start = kernel.manager.startAll();
  gate.resolve();
  await start;
  assert.deepEqual(kernel.states, { a: "running", b: "error" });
  assert.equal(kernel.node("b").error?.code, "GATEWAY_ROUTE_CLASH");
});

test("only security and middleware plugins have a place in the pipeline", async () => {
  const handle = (): undefined => undefined;
  const guard = handle;
  const kernel = await startedKernel([
    { name: "a", kind: "security", members: { handle, guard } },
    { name: "b", kind: "middleware", members: { handle } },
    { name: "c", kind: "business", members: { handle } },
  ]);
  const parts = ["a", "b", "c"].map((name) => kernel.sink.admitted.get(name));
  assert.deepEqual(
    parts.map((part) => [part?.handle !== undefined, part?.guard !== undefined]),
    [
      [true, true],
      [true, false],
      [false, false],
    ],
  );
});
