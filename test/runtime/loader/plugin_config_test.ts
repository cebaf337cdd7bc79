import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { BackplaneError, type Fault } from "../../../runtime/errors.ts";
import { PluginRegistry } from "../../../runtime/loader/registry.ts";
import type { ManifestSource } from "../../../runtime/manifest/manifest.ts";
import type { PluginClass } from "../../../runtime/plugin.ts";
import { pluginClass } from "../plugin_spec.ts";
import { inFolder } from "./plugin_files.ts";

interface Loaded {
  readonly config?: unknown;
  readonly error?: BackplaneError;
  readonly faults?: readonly Fault[];
}

/** What becomes of these settings with this schema. */
async function load(config: unknown, schema: unknown, source: Partial<ManifestSource> = {}): Promise<Loaded> {
  const made = pluginClass({ name: "a" });
  const withSchema = Object.assign(made, { metadata: { ...made.metadata, config: schema } }) as PluginClass;
  const registry = new PluginRegistry();
  registry.register("a", withSchema);
  let result: Loaded = {};
  await inFolder({}, async (folder) => {
    try {
      const { loaded, failed } = await folder.load([{ name: "a", config }], { registry, source });
      result = failed.length > 0 ? { error: failed[0]!.error } : { config: loaded[0]!.config };
    } catch (error) {
      assert.ok(error instanceof BackplaneError);
      assert.equal(error.code, "MANIFEST_INVALID");
      result = { faults: error.faults };
    }
  });
  return result;
}

const greeting = v.strictObject({ greeting: v.optional(v.string(), "hello"), times: v.optional(v.number()) });

test("settings that fit are handed on with the schema's defaults", async () => {
  assert.deepEqual(await load({ times: 2 }, greeting), { config: { greeting: "hello", times: 2 } });
});

test("no settings count as an empty map", async () => {
  assert.deepEqual(await load(null, greeting), { config: { greeting: "hello" } });
  assert.deepEqual(await load(undefined, undefined), { config: {} });
});

test("PLUGIN_CONFIG_INVALID: every fault at once, each with its path and position", async () => {
  const { faults } = await load({ greeting: 1, times: "x", greting: "y" }, greeting);
  assert.deepEqual(
    faults!.map(({ code, position }) => [code, position!.text]),
    ["greeting", "greting", "times"].map((key) => [
      "PLUGIN_CONFIG_INVALID",
      `core.api_gateway.plugins.a.config.${key}`,
    ]),
  );
});

test("PLUGIN_CONFIG_INVALID: every unknown setting is named, with the nearest known one", async () => {
  const { faults } = await load({ greting: "y", zzz: 1 }, v.pipe(greeting, v.readonly()));
  assert.deepEqual(
    faults!.map(({ message }) => message),
    [
      'is not a known key; did you mean "greeting"? Known here: greeting, times.',
      "is not a known key; known here: greeting, times.",
    ],
  );
});

test("PLUGIN_CONFIG_INVALID: a missing setting is to be added, a wrong one to be corrected", async () => {
  const schema = v.strictObject({ needed: v.string(), wrong: v.string() });
  const { faults } = await load({ wrong: 1 }, schema);
  assert.deepEqual(
    faults!.map(({ remedy }) => remedy.split(" ")[0]),
    ["Add", "Correct"],
  );
});

test("PLUGIN_CONFIG_INVALID: a hidden value does not stand in the fault", async () => {
  const source = { isHidden: (path: Fault["path"]) => path.at(-1) === "secret" };
  const { faults } = await load({ secret: "hunter2-hunter2" }, v.strictObject({ secret: v.number() }), source);
  assert.doesNotMatch(JSON.stringify(faults![0]!.message), /hunter2/);
});

test("PLUGIN_CONFIG_INVALID: a secret value is scrubbed wherever a message quotes it", async () => {
  const schema = v.pipe(
    v.strictObject({ secret: v.string() }),
    v.check(
      () => false,
      ({ input }) => `cannot use ${JSON.stringify(input)}`,
    ),
  );
  const { faults } = await load({ secret: "hunter2-hunter2" }, schema, { secrets: ["hunter2-hunter2"] });
  assert.equal(faults![0]!.message, 'cannot use {"secret":"[hidden]"}.');
});

test("PLUGIN_CONFIG_INVALID: a plugin without a schema takes no settings", async () => {
  const { faults } = await load({ one: 1, two: 2 }, undefined);
  assert.deepEqual(
    faults!.map(({ path }) => path.at(-1)),
    ["one", "two"],
  );
});

for (const config of ["text", 7, ["list"], []]) {
  test(`PLUGIN_CONFIG_INVALID: a plugin without a schema refuses ${JSON.stringify(config)} as its settings`, async () => {
    const { faults } = await load(config, undefined);
    assert.deepEqual(
      faults!.map(({ path }) => path.at(-1)),
      ["config"],
    );
  });
}

test("a schema that drops unknown keys is refused: PLUGIN_METADATA_INVALID", async () => {
  const { error } = await load({}, v.object({ greeting: v.optional(v.string()) }));
  assert.equal(error?.code, "PLUGIN_METADATA_INVALID");
  assert.match(error.message, /ignores unknown keys/);
});

test("a strict schema, one that keeps unknown keys and one with a default for everything are accepted", async () => {
  for (const schema of [greeting, v.looseObject({}), v.record(v.string(), v.unknown())]) {
    assert.ok("config" in (await load({}, schema)));
  }
});

test("a schema that throws or rejects is the plugin's failure: PLUGIN_METADATA_INVALID", async () => {
  for (const validate of [
    () => {
      throw new Error("boom");
    },
    () => Promise.reject(new Error("boom")),
  ]) {
    const { error } = await load({}, { "~standard": { version: 1, vendor: "test", validate } });
    assert.equal(error?.code, "PLUGIN_METADATA_INVALID");
    assert.match(error.message, /its config schema failed: boom\.$/);
  }
});

test("a schema may answer later", async () => {
  const validate = (value: unknown): Promise<unknown> =>
    Promise.resolve(Object.keys(value as object).length > 0 ? { issues: [{ message: "no" }] } : { value });
  assert.deepEqual(await load({}, { "~standard": { version: 1, vendor: "test", validate } }), { config: {} });
});

test("the faults of all plugins are reported together", async () => {
  const registry = new PluginRegistry();
  for (const name of ["a", "b"]) registry.register(name, pluginClass({ name }));
  await inFolder({}, async (folder) => {
    const entries = [
      { name: "a", config: { x: 1 } },
      { name: "b", config: { y: 1 } },
    ];
    await assert.rejects(
      folder.load(entries, { registry }),
      (error) => error instanceof BackplaneError && error.faults.length === 2,
    );
  });
});
