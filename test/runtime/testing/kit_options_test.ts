import assert from "node:assert/strict";
import { test } from "node:test";
import { BusinessPlugin, type PluginMetadata } from "../../../mod.ts";
import { ManualClock, pluginContext, testPlugin } from "../../../runtime/testing.ts";

class Plain extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = { name: "Plain", version: "1.0.0", description: "of a test" };
}

/** As plain JavaScript may call it. */
const make = (options: unknown) => testPlugin(Plain, options as object);
const refused = (message: RegExp, remedy = /./) => ({ code: "TEST_OPTIONS_INVALID", message, remedy });

test("a delay that is no number of milliseconds is refused, and does not hang", () => {
  for (const delayMs of ["x", -1, NaN, Infinity, null]) {
    assert.throws(
      () => make({ phases: { start: { delayMs } } }),
      refused(/phases\.start\.delayMs must be .*0 or more/),
    );
  }
});

test("options that do not exist are refused with the nearest that does, nested ones too", () => {
  assert.throws(() => make({ servces: [] }), refused(/no option "servces"; did you mean "services"/, /name, config/));
  assert.throws(() => make({ phases: { strat: {} } }), refused(/"phases\.strat"; did you mean "start"/));
  const delay = { phases: { start: { delay: 1 } } };
  assert.throws(() => make(delay), refused(/"phases\.start\.delay"/, /in phases\.start are: delayMs, error/));
});

test("options of another kind are refused, all at once", () => {
  const wrong = { name: "A B", entry: 1, services: {}, phases: [], routes: {}, beside: 1, bus: "no", variables: "x" };
  assert.throws(
    () => make({ ...wrong, now: "x", timeoutMs: "x" }),
    (error: Error) => {
      for (const name of [...Object.keys(wrong), "now", "timeoutMs"])
        assert.match(error.message, RegExp(`${name} must`));
      return true;
    },
  );
  assert.throws(() => make(null), refused(/options must be an object/));
  assert.throws(() => make({ phases: { start: 5 } }), refused(/phases\.start must be an object/));
  assert.throws(() => make({ timeoutMs: 2 ** 31 }), refused(/timeoutMs must be/));
});

test("an option that is undefined is not given", async () => {
  const names = ["name", "config", "entry", "services", "phases", "routes", "beside", "bus", "variables", "now"];
  const options = Object.fromEntries([...names, "timeoutMs"].map((name) => [name, undefined]));
  await using plain = make(options);
  assert.equal((await plain.start()).state, "running");
  await using staged = make({ phases: { start: undefined, stop: { delayMs: undefined } } });
  assert.equal((await staged.start()).state, "running");
  await using _ = pluginContext(Plain, { services: undefined, clock: undefined, name: undefined } as object);
});

test("pluginContext() refuses options as testPlugin() does", () => {
  const context = (options: unknown) => pluginContext(Plain, options as object);
  assert.throws(() => context({ servces: [] }), refused(/did you mean "services"/, /name, config, services, clock/));
  assert.throws(() => context({ services: {}, clock: 5 }), refused(/services must be .*; clock must be/));
  assert.throws(() => context(null), refused(/options must be an object/));
});

test("time that does not pass is refused", async () => {
  const clock = new ManualClock();
  for (const ms of [-5, NaN, Infinity, "5" as never]) await assert.rejects(clock.advance(ms), refused(/advance\(ms\)/));
  await clock.advance(0);
  assert.equal(clock.monotonic(), 0);
});

test("a request's path that does not begin with a slash is refused", async () => {
  await using plain = testPlugin(Plain);
  await plain.start();
  for (const path of ["api", "", undefined as never]) {
    await assert.rejects(plain.fetch(path), refused(/begins with \//, /fetch\(/));
  }
});

test("expect() refuses options as testPlugin() does, and a count that nothing would meet", async () => {
  await using plain = testPlugin(Plain);
  const expect = (options: unknown) => plain.bus.expect("said.*", options as object);
  await assert.rejects(expect({ within: 5 }), refused(/did you mean "withinMs"/, /where, withinMs, timeoutMs, count/));
  for (const options of [{ count: 0 }, { where: "x" }, { withinMs: -1 }, { timeoutMs: NaN }]) {
    await assert.rejects(expect(options), refused(RegExp(`${Object.keys(options)[0]} must be`)));
  }
});

test("routes of the test's own that the gateway refuses fail the start, and do not vanish", async () => {
  await using plain = make({
    routes: [{ method: "GET", path: "no-slash", access: "public", handler: () => undefined }],
  });
  await assert.rejects(plain.start(), refused(/option routes is refused: .*no-slash/s));
});
