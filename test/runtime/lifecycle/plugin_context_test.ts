import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackplaneError } from "../../../runtime/errors.ts";
import { type BasePlugin, perConsumer } from "../../../runtime/plugin.ts";
import { silentLogger, startedKernel } from "../kernel.ts";
import { type PluginSpec, service } from "../plugin_spec.ts";

const database: PluginSpec = { name: "database", provides: ["db"] };

/** What a plugin that is started after `others` gets, or the code of what it throws. */
async function ask(spec: Partial<PluginSpec>, call: (plugin: BasePlugin) => unknown, ...others: PluginSpec[]) {
  let result: unknown;
  const start = (plugin: BasePlugin): void => {
    try {
      result = call(plugin);
    } catch (error) {
      result = (error as BackplaneError).code;
    }
  };
  await startedKernel([...others, { name: "a", ...spec, start }]);
  return result;
}

test("requireService() answers the value of a required service", async () => {
  assert.equal(await ask({ requires: ["db"] }, (plugin) => plugin.requireService(service("db")), database), "db");
});

test("a key from another copy of the contract is the same service: keys compare by name", async () => {
  const copy = { name: "db", version: "1.0.0" };
  assert.equal(await ask({ requires: ["db"] }, (plugin) => plugin.requireService(copy), database), "db");
});

test("requireService() of a key that is not in requires is SERVICE_UNDECLARED, though it is provided", async () => {
  assert.equal(await ask({}, (plugin) => plugin.requireService(service("db")), database), "SERVICE_UNDECLARED");
});

test("requireService() of an optional key is SERVICE_UNDECLARED and says what to call", async () => {
  let remedy: string | undefined;
  await ask(
    { optional: ["db"] },
    (plugin) => {
      try {
        plugin.requireService(service("db"));
      } catch (error) {
        remedy = (error as BackplaneError).remedy;
      }
    },
    database,
  );
  assert.equal(remedy, "Call optionalService() instead.");
});

test("optionalService() of a required key is SERVICE_UNDECLARED", async () => {
  const call = (plugin: BasePlugin): unknown => plugin.optionalService(service("db"));
  assert.equal(await ask({ requires: ["db"] }, call, database), "SERVICE_UNDECLARED");
});

test("optionalService() answers the value, or undefined where nothing provides it", async () => {
  const call = (plugin: BasePlugin): unknown => plugin.optionalService(service("db"));
  assert.equal(await ask({ optional: ["db"] }, call, database), "db");
  assert.equal(await ask({ optional: ["db"] }, call), undefined);
});

test("requireService() after the provider has gone is SERVICE_UNAVAILABLE", async () => {
  let consumer!: BasePlugin;
  const kernel = await startedKernel([
    database,
    {
      name: "a",
      requires: ["db"],
      construct: (plugin) => (consumer = plugin),
      stop: () => new Promise(() => undefined),
    },
  ]);
  kernel.container.withdraw("database", [{ key: service("db"), value: 1 }]);
  assert.throws(() => consumer.requireService(service("db")), { code: "SERVICE_UNAVAILABLE" });
});

test("a required service is still there during stop(), for dependents stop first", async () => {
  let seen: unknown;
  const kernel = await startedKernel([
    database,
    { name: "a", requires: ["db"], stop: (plugin) => ((seen = plugin.requireService(service("db"))), undefined) },
  ]);
  await kernel.manager.stopAll(1_000);
  assert.equal(seen, "db");
});

test("a plugin whose run has ended gets no services: SERVICE_SCOPE_CLOSED", async () => {
  let consumer!: BasePlugin;
  const kernel = await startedKernel([
    database,
    { name: "a", requires: ["db"], optional: ["x"], construct: (plugin) => (consumer = plugin) },
  ]);
  await kernel.manager.stop(kernel.node("a"));
  assert.throws(() => consumer.requireService(service("db")), { code: "SERVICE_SCOPE_CLOSED" });
  assert.throws(() => consumer.optionalService(service("x")), { code: "SERVICE_SCOPE_CLOSED" });
});

test("provideService() of a key that is not in provides is SERVICE_NOT_DECLARED_PROVIDED", async () => {
  const call = (plugin: BasePlugin): void => plugin.provideService(service("db"), 1);
  assert.equal(await ask({}, call), "SERVICE_NOT_DECLARED_PROVIDED");
});

test("provideService() a second time is SERVICE_ALREADY_PROVIDED, also while running", async () => {
  let provider!: BasePlugin;
  const kernel = await startedKernel(
    [
      { ...database, construct: (plugin) => (provider = plugin) },
      { name: "other", provides: ["db"] },
    ],
    { bind: { db: "other" } },
  );
  assert.throws(() => provider.provideService(service("db"), 2), { code: "SERVICE_ALREADY_PROVIDED" });
  assert.equal(kernel.container.find(service("db"))?.owner, "other");
});

test("perConsumer makes one value for each run of each consumer", async () => {
  const made: string[] = [];
  const value = perConsumer((consumer) => {
    made.push(consumer.name);
    return { for: consumer.name };
  });
  const seen: unknown[] = [];
  const twice = (plugin: BasePlugin): void =>
    void seen.push(plugin.requireService(service("db")), plugin.requireService(service("db")));
  const kernel = await startedKernel([
    { ...database, provide: false, start: (plugin) => plugin.provideService(service("db"), value) },
    { name: "a", requires: ["db"], start: twice },
    { name: "b", requires: ["db"], start: twice },
  ]);
  assert.deepEqual(made, ["a", "b"]);
  assert.equal(seen[0], seen[1]);
  await kernel.manager.stop(kernel.node("a"));
  await kernel.manager.start(kernel.node("a"));
  assert.deepEqual(made, ["a", "b", "a"]);
});

test("the consumer's signal, as a provider sees it, aborts when the consumer's run ends", async () => {
  let signal!: AbortSignal;
  const kernel = await startedKernel([
    {
      ...database,
      provide: false,
      start: (plugin) =>
        plugin.provideService(
          service("db"),
          perConsumer((consumer) => (signal = consumer.signal)),
        ),
    },
    { name: "a", requires: ["db"], start: (plugin) => void plugin.requireService(service("db")) },
  ]);
  assert.equal(signal.aborted, false);
  await kernel.manager.stop(kernel.node("a"));
  assert.equal(signal.aborted, true);
});

test("a plugin sees its name, config, state, clock and that it is enabled", async () => {
  let seen: unknown;
  const kernel = await startedKernel([
    {
      name: "a",
      config: { greeting: "hello" },
      start: ({ name, config, state, enabled, clock }) => void (seen = { name, config, state, enabled, clock }),
    },
  ]);
  assert.deepEqual(seen, {
    name: "a",
    config: { greeting: "hello" },
    state: "starting",
    enabled: true,
    clock: kernel.clock,
  });
});

test("bind() makes a callback run as the plugin: what it throws is blamed on it", async () => {
  let callback!: () => never;
  const kernel = await startedKernel([
    {
      name: "a",
      start: (plugin) =>
        void (callback = plugin.bind((): never => {
          throw Object.freeze({});
        })),
    },
  ]);
  assert.throws(callback, (error) => kernel.attributor.suspect(error)?.plugin === "a");
});

test("this.log is asked for once in a run, with the plugin's name", async () => {
  const seen: unknown[] = [];
  await startedKernel([{ name: "a", start: (plugin) => void seen.push(plugin.log, plugin.log) }]);
  assert.equal(seen[0], silentLogger);
  assert.equal(seen[1], seen[0]);
});

test("a value of the host's is a service like any other", async () => {
  let seen: unknown;
  await startedKernel(
    [
      {
        name: "a",
        requires: ["settings"],
        start: (plugin) => void (seen = plugin.requireService(service("settings"))),
      },
    ],
    { host: new Map([[service("settings"), 42]]) },
  );
  assert.equal(seen, 42);
});
