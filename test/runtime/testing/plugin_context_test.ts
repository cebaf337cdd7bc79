import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { BusinessPlugin, hostService, perConsumer, type PluginMetadata, serviceKey } from "../../../mod.ts";
import { pluginContext, systemClock } from "../../../runtime/testing.ts";

interface Store {
  readonly owner: string;
}
const store = serviceKey<Store>("store", "1.0.0");
const greetings = serviceKey<string>("greetings", "1.0.0");
const perReader = serviceKey<string>("per_reader", "1.0.0");

interface Config {
  readonly greeting: string;
  readonly everyMs: number;
}

class Greeter extends BusinessPlugin<Config> {
  static override readonly metadata: PluginMetadata<Config> = {
    name: "Friendly Greeter",
    version: "1.0.0",
    description: "of a test",
    requires: [store],
    provides: [greetings, perReader],
    config: v.strictObject({ greeting: v.string(), everyMs: v.optional(v.number(), 100) }),
  };
  readonly released: string[] = [];
  ticks = 0;

  override start(): void {
    this.own(() => void this.released.push("first"));
    this.own(() => void this.released.push("second"));
    this.own(this.clock.setTimeout(() => (this.ticks += 1), this.config.everyMs));
    this.provideService(greetings, `${this.config.greeting} from ${this.requireService(store).owner}`);
    this.provideService(
      perReader,
      perConsumer((reader) => `for ${reader.name}`),
    );
    this.log.info("Greets.", { password: "hunter2", token_count: 3 });
  }
}

const services = [hostService(store, { owner: "ada" })];
const config = { greeting: "Hi" };

test("pluginContext() gives a plugin its settings, services, clock and log, as the runtime would", async () => {
  await using context = pluginContext(Greeter, { config, services });
  const greeter = new Greeter(context);
  greeter.start();
  assert.deepEqual([greeter.name, greeter.state, context.config.everyMs], ["friendly_greeter", "starting", 100]);
  assert.equal(context.provided(greetings), "Hi from ada");
  await context.clock.advance(100);
  assert.equal(greeter.ticks, 1);
  const [line] = context.lines;
  assert.deepEqual([line?.level, line?.module, line?.message], ["info", "friendly_greeter", "Greets."]);
  assert.deepEqual(line?.fields, { password: "[hidden]", token_count: 3 });
});

test("pluginContext() refuses services that the plugin does not declare, with the runtime's own errors", async () => {
  await using context = pluginContext(Greeter, { config });
  assert.throws(() => context.requireService(serviceKey("other", "1.0.0")), { code: "SERVICE_UNDECLARED" });
  assert.throws(() => context.optionalService(store), { code: "SERVICE_UNDECLARED" });
  assert.throws(() => context.requireService(store), { code: "SERVICE_UNAVAILABLE" });
  assert.throws(() => context.provideService(store, { owner: "eve" }), { code: "SERVICE_NOT_DECLARED_PROVIDED" });
});

test("provided() shows a service as the consumer that asks sees it, and tells what is not provided", async () => {
  await using context = pluginContext(Greeter, { config, services });
  assert.throws(() => context.provided(perReader), { code: "SERVICE_UNAVAILABLE" });
  new Greeter(context).start();
  await using reader = pluginContext(undefined, { name: "reader" });
  assert.equal(context.provided(perReader, reader), "for reader");
  assert.equal(context.provided(perReader), "for consumer");
});

test("end() aborts the signal and releases what is owned, last owned first, once", async () => {
  const context = pluginContext(Greeter, { config, services });
  const greeter = new Greeter(context);
  greeter.start();
  const { signal } = context;
  assert.equal(signal.aborted, false);
  await context.end();
  await context.end();
  assert.deepEqual([signal.aborted, greeter.state, greeter.released], [true, "stopped", ["second", "first"]]);
  assert.equal(context.clock.pending.all, 0);
  assert.throws(() => context.requireService(store), { code: "SERVICE_SCOPE_CLOSED" });
});

test("what a context's consumers own is released with it", async () => {
  const context = pluginContext(Greeter, { config, services });
  let released = false;
  context.provideService(
    perReader,
    perConsumer((reader) => {
      reader.own(() => void (released = true));
      return "x";
    }),
  );
  context.provided(perReader);
  await context.end();
  assert.equal(released, true);
});

test("what cannot be released is kept as a problem, and fails the test that uses `await using`", async () => {
  const failing = () => {
    const context = pluginContext();
    context.own(() => {
      throw new Error("stuck");
    });
    return context;
  };
  const ended = failing();
  await ended.end();
  assert.equal((ended.problems[0] as Error).message, "stuck");
  await assert.rejects(async () => {
    await using _ = failing();
  }, /stuck/);
});

test("without a class a part of a plugin may use every service that the test gives", async () => {
  await using context = pluginContext(undefined, { services, config: { any: 1 } });
  assert.deepEqual([context.name, context.config], ["plugin", { any: 1 }]);
  assert.equal(context.requireService(store), context.optionalService(store));
});

test("pluginContext() takes another clock for parts whose work takes real time", async () => {
  await using context = pluginContext(undefined, { clock: systemClock });
  assert.equal(context.clock, systemClock);
});

test("TEST_OPTIONS_INVALID: settings that the schema refuses, each with its path", () => {
  assert.throws(
    () => pluginContext(Greeter, { config: { greeting: 1 } }),
    (error: Error & { code: string; faults: { path: unknown }[] }) => {
      assert.equal(error.code, "TEST_OPTIONS_INVALID");
      assert.deepEqual(
        error.faults.map(({ path }) => path),
        [["config", "greeting"]],
      );
      return true;
    },
  );
});

test("TEST_OPTIONS_INVALID: a schema that answers later", () => {
  class Later extends Greeter {
    static override readonly metadata: PluginMetadata<Config> = {
      ...Greeter.metadata,
      config: v.pipeAsync(
        v.strictObject({ greeting: v.string(), everyMs: v.number() }),
        v.checkAsync(async () => true),
      ),
    };
  }
  assert.throws(() => pluginContext(Later, { config }), { code: "TEST_OPTIONS_INVALID" });
});

test("pluginContext() refuses what is no plugin as the loader does", () => {
  class Bare extends BusinessPlugin {}
  assert.throws(() => pluginContext(Bare), { code: "PLUGIN_NO_METADATA" });
  assert.throws(() => pluginContext(Map as never), { code: "PLUGIN_NOT_A_PLUGIN" });
  assert.throws(() => pluginContext({} as never), { code: "PLUGIN_NOT_A_PLUGIN" });
});
