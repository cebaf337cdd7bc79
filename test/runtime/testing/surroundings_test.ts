import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { BusinessPlugin, type PluginMetadata } from "../../../mod.ts";
import { database } from "../../../plugins/database/contract.ts";
import { messageBus } from "../../../plugins/message_bus/contract.ts";
import { testPlugin } from "../../../runtime/testing.ts";

interface Config {
  readonly city: string;
}

const about = { name: "Notes", version: "1.0.0", description: "of a test" };

/** Uses what is there, and needs nothing. */
class Notes extends BusinessPlugin<Config> {
  static override readonly metadata: PluginMetadata<Config> = {
    ...about,
    optional: [messageBus, database],
    config: v.strictObject({ city: v.optional(v.string(), "nowhere") }),
  };
  get bus() {
    return this.optionalService(messageBus);
  }
  get store() {
    return this.optionalService(database);
  }
}

class NeedsBus extends Notes {
  static override readonly metadata: PluginMetadata<Config> = { ...about, requires: [messageBus] };
}

test("beside: a built-in plugin that is named runs beside the one under test, as in a manifest", async () => {
  await using notes = testPlugin(Notes, { beside: { database: { config: { file: "notes.db" } } } });
  await notes.start();
  assert.deepEqual((await notes.plugin.store!.execute("SELECT 1 AS one")).rows, [{ one: 1 }]);
  const { plugins } = await notes.runtime.health();
  assert.equal(plugins["database"]?.state, "running");
});

test("beside: what is wrong with its entry is a fault of the manifest", async () => {
  await using notes = testPlugin(Notes, { beside: { database: { config: { file: "../notes.db" } } } });
  await assert.rejects(notes.start(), { code: "MANIFEST_INVALID" });
});

test("beside: a message_bus of the test's own stands in place of the one in memory", async () => {
  await using notes = testPlugin(Notes, { beside: { message_bus: { enabled: false } } });
  await notes.start();
  assert.equal(notes.plugin.bus, undefined);
});

test("entry: other keys of the plugin's entry hold, and it is critical only if they say so", async () => {
  const entry = { priority: 7, critical: true, timeouts: { start_ms: 50 } };
  await using notes = testPlugin(Notes, { entry, phases: { start: { delayMs: 1_000 } } });
  const refused = assert.rejects(notes.start(), { code: "RUNTIME_START_FAILED" });
  await notes.clock.advance(50);
  await refused;
  const [planned] = (await notes.runtime.plan()).entries.filter(({ name }) => name === "notes");
  assert.equal(planned?.priority, 7);
});

test("entry: depends_on puts the plugin behind one that runs beside it", async () => {
  await using notes = testPlugin(Notes, { beside: { database: {} }, entry: { depends_on: ["database"] } });
  await notes.start();
  const [planned] = (await notes.runtime.plan()).entries.filter(({ name }) => name === "notes");
  assert.deepEqual(planned?.dependencies[0], { to: "database", kind: "depends_on", service: undefined });
});

test("bus: false leaves a plugin that can do without one without a bus, and refuses one that cannot", async () => {
  await using notes = testPlugin(Notes, { bus: false });
  await notes.start();
  assert.equal(notes.plugin.bus, undefined);
  await using without = testPlugin(NeedsBus, { bus: false });
  await assert.rejects(without.start(), { code: "PLAN_INVALID" });
  await using needing = testPlugin(NeedsBus);
  assert.equal((await needing.start()).state, "running");
});

test("variables: the config may take its values from them, and from nothing else", async () => {
  const config = { city: "${env:CITY}" };
  await using notes = testPlugin(Notes, { config, variables: { CITY: "Oslo" } });
  await notes.start();
  assert.equal(notes.plugin.config.city, "Oslo");
  await using poor = testPlugin(Notes, { config: { city: "${env:PATH}" } });
  await assert.rejects(poor.start(), { code: "MANIFEST_INVALID" });
});

test("now: the clock begins there, for events and for the plugin", async () => {
  const now = Date.UTC(2026, 0, 1);
  await using notes = testPlugin(Notes, { now });
  await notes.start();
  assert.deepEqual([notes.plugin.clock.now(), notes.events[0]?.time], [now, now]);
  await notes.clock.advance(1_500);
  assert.equal(notes.plugin.clock.now(), now + 1_500);
});
