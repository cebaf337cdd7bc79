import assert from "node:assert/strict";
import { test } from "node:test";
import { PluginRegistry } from "../../../runtime/loader/registry.ts";
import { pluginContext } from "../../../runtime/testing.ts";
import { pluginClass } from "../plugin_spec.ts";

test("a registered class is found by its name", () => {
  const registry = new PluginRegistry();
  const made = pluginClass({ name: "a" });
  registry.register("a", made);
  assert.equal(registry.get("a"), made);
  assert.equal(registry.get("b"), undefined);
  assert.deepEqual(registry.names, ["a"]);
});

test("PLUGIN_ALREADY_REGISTERED: a second class of that name", () => {
  const registry = new PluginRegistry();
  registry.register("a", pluginClass({ name: "a" }));
  assert.throws(() => registry.register("a", pluginClass({ name: "a" })), { code: "PLUGIN_ALREADY_REGISTERED" });
});

for (const [what, stranger] of [
  ["a class of its own", class extends Map {}],
  ["an object", {}],
  ["a function", () => undefined],
  ["undefined", undefined],
] as const) {
  test(`PLUGIN_NOT_A_PLUGIN: ${what} cannot be registered`, () => {
    assert.throws(() => new PluginRegistry().register("a", stranger), { code: "PLUGIN_NOT_A_PLUGIN" });
  });
}

test("createFactory() makes a new instance each time", () => {
  const registry = new PluginRegistry();
  registry.register("a", pluginClass({ name: "a" }));
  const make = registry.createFactory("a");
  const context = pluginContext(registry.get("a"));
  assert.notEqual(make(context), make(context));
  assert.equal(make(context).name, "a");
});

test("PLUGIN_UNKNOWN: a factory of a class that is not registered", () => {
  assert.throws(() => new PluginRegistry().createFactory("a"), { code: "PLUGIN_UNKNOWN" });
});
