import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError, type Fault } from "../../runtime/errors.ts";
import { explainPlugin, type PluginFacts } from "../../runtime/explain_plugin.ts";
import { makeFault, pluginPath } from "../../runtime/manifest/faults.ts";
import type { ManifestSource, Origin } from "../../runtime/manifest/manifest.ts";
import { loadSpecs, type PlanSpecOptions, type PluginSpec, service } from "./plugin_spec.ts";

const NOT_LOADED = new BackplaneError("PLUGIN_IMPORT_FAILED", "Cannot load plugin.", { remedy: "-" });

interface ExplainSpecOptions extends PlanSpecOptions {
  /** Names of plugins whose settings do not fit. */
  readonly refused?: readonly string[];
}

/** What is told of a plugin of a manifest in which everything is written, the path itself standing for the line. */
function explain(name: string, specs: readonly PluginSpec[], options: ExplainSpecOptions = {}): PluginFacts {
  const { refused = [], source, ...rest } = options;
  const input = loadSpecs(specs, { ...rest, source: { origin: written, ...source } });
  const faulty = input.loaded.filter((plugin) => refused.includes(plugin.name));
  return explainPlugin(name, {
    ...input,
    loaded: input.loaded.filter((plugin) => !refused.includes(plugin.name)),
    refused: faulty.map((plugin) => ({ plugin, faults: [configFault(input.manifest.source, plugin.name)] })),
  });
}

function written(path: Fault["path"]): Origin {
  const position = { file: "core.yaml", line: path.length, column: 1, text: path.join(".") };
  return { position, overlay: false, references: [] };
}

function configFault(source: ManifestSource, name: string): Fault {
  return makeFault(source, "PLUGIN_CONFIG_INVALID", pluginPath(name, "config", "port"), "no number", "Correct it.");
}

const codes = (faults: readonly Fault[]): string[] => faults.map(({ code }) => code);
const at = (origin: Origin | undefined): string | undefined => origin?.position?.text;

const CIRCLE: readonly PluginSpec[] = [
  { name: "a", requires: ["s"], priority: 7, version: "1.2.3" },
  { name: "b", provides: ["s"], dependsOn: ["c"] },
  { name: "c", optional: ["x"], dependsOn: ["a"] },
  { name: "leads", dependsOn: ["a"] },
  { name: "apart" },
];

test("explainPlugin() tells the circle a plugin is part of, with what makes each step of it", () => {
  const { state, cause, faults, otherFaults, cycles } = explain("a", CIRCLE);
  assert.deepEqual([state, cause?.code, codes(faults), otherFaults], ["refused", "PLAN_INVALID", ["PLAN_CYCLE"], []]);
  assert.deepEqual(
    cycles.map((steps) => steps.map((step) => [step.plugin, step.needs, step.kind, step.service, at(step.origin)])),
    [
      [
        ["a", "b", "requires", "s", undefined],
        ["b", "c", "depends_on", undefined, "core.api_gateway.plugins.b.depends_on.0"],
        ["c", "a", "depends_on", undefined, "core.api_gateway.plugins.c.depends_on.0"],
      ],
    ],
  );
});

test("explainPlugin() counts a circle as the fault of each plugin on it, wherever it stands", () => {
  for (const name of ["b", "c"]) {
    const { faults, otherFaults, cycles } = explain(name, CIRCLE);
    assert.deepEqual([codes(faults), otherFaults, cycles.length], [["PLAN_CYCLE"], [], 1]);
  }
});

test("explainPlugin() tells of a plugin on a circle all that is known without an order", () => {
  const { loaded, priority, entry, planned, needs, neededBy } = explain("a", CIRCLE);
  assert.deepEqual([loaded?.metadata.version, priority, entry, planned], ["1.2.3", 7, undefined, undefined]);
  assert.deepEqual(
    needs.map(({ service: key, provider }) => [key, provider]),
    [["s", "b"]],
  );
  assert.deepEqual(
    neededBy.map(({ plugin, through }) => [plugin, through]),
    [
      ["c", undefined],
      ["leads", undefined],
      ["b", "c"],
    ],
  );
});

test("explainPlugin() tells a circle elsewhere as a fault elsewhere, also to what waits for it", () => {
  for (const name of ["leads", "apart"]) {
    const { state, faults, otherFaults, cycles } = explain(name, CIRCLE);
    assert.deepEqual([state, faults, codes(otherFaults), cycles], ["refused", [], ["PLAN_CYCLE"], []]);
  }
});

test("explainPlugin() tells of refused settings, and where the plugin would be without them", () => {
  const specs: PluginSpec[] = [
    { name: "a", provides: ["s"], config: { port: "x" }, priority: 5 },
    { name: "b", requires: ["s"] },
  ];
  const facts = explain("a", specs, { refused: ["a"] });
  assert.deepEqual(
    [facts.state, facts.cause?.code, codes(facts.faults)],
    ["refused", "MANIFEST_INVALID", ["PLUGIN_CONFIG_INVALID"]],
  );
  assert.deepEqual([facts.entry?.position, facts.planned, facts.provides[0]?.chosen], [1, 2, true]);
  assert.deepEqual([facts.neededBy[0]?.plugin, facts.settings.at(-1)?.value], ["b", '"x"']);
  const other = explain("b", specs, { refused: ["a"] });
  assert.deepEqual([other.state, other.faults, codes(other.otherFaults)], ["refused", [], ["PLUGIN_CONFIG_INVALID"]]);
});

test("explainPlugin() tells faults of settings and of the graph at once", () => {
  const { faults } = explain(
    "a",
    [
      { name: "a", dependsOn: ["off"] },
      { name: "off", enabled: false },
    ],
    { refused: ["a"] },
  );
  assert.deepEqual(codes(faults), ["PLUGIN_CONFIG_INVALID", "PLAN_DISABLED_DEPENDENCY"]);
});

test("explainPlugin() tells of a disabled plugin who names it, and what the manifest says it depends on", () => {
  const specs: PluginSpec[] = [
    { name: "a", dependsOn: ["off"] },
    { name: "off", enabled: false, dependsOn: ["b"] },
    { name: "b" },
  ];
  const { state, cause, loaded, needs, neededBy } = explain("off", specs);
  assert.deepEqual(
    [state, cause, loaded, needs[0]?.provider, neededBy[0]?.plugin],
    ["disabled", undefined, undefined, "b", "a"],
  );
});

test("explainPlugin() tells why a plugin could not be loaded, also where other faults refuse the start", () => {
  const specs: PluginSpec[] = [
    { name: "a", failed: NOT_LOADED, dependsOn: ["b"] },
    { name: "b", dependsOn: ["a"] },
    { name: "c", requires: ["s"] },
    { name: "d", dependsOn: ["nobody"] },
  ];
  const facts = explain("a", specs);
  assert.deepEqual([facts.state, facts.cause, facts.needs[0]?.provider], ["not_loaded", NOT_LOADED, "b"]);
  assert.deepEqual(codes(facts.otherFaults), ["PLAN_UNKNOWN_DEPENDENCY"]);
  assert.deepEqual(
    facts.neededBy.map(({ plugin, kind, service: key }) => [plugin, kind, key]),
    [
      ["b", "depends_on", undefined],
      ["c", "requires", "s"],
    ],
  );
});

test("explainPlugin() tells a blocked plugin what it waits for", () => {
  const specs: PluginSpec[] = [
    { name: "a", failed: NOT_LOADED },
    { name: "b", requires: ["s"], dependsOn: ["a"] },
  ];
  const { state, cause, needs, entry } = explain("b", specs);
  assert.deepEqual([state, cause?.code, entry?.position], ["blocked", "PLUGIN_BLOCKED", 1]);
  assert.deepEqual(
    needs.map(({ kind, provider, notLoaded }) => [kind, provider, notLoaded]),
    [
      ["requires", undefined, ["a"]],
      ["depends_on", "a", ["a"]],
    ],
  );
});

test("explainPlugin() tells the line of bind to who is chosen, and a wrong one as the fault of whom it names", () => {
  const specs: PluginSpec[] = [
    { name: "a", provides: ["s"] },
    { name: "b", provides: ["s"] },
    { name: "c", requires: ["s", "host_key"] },
  ];
  const hostServices = [service("host_key")];
  const { needs } = explain("c", specs, { bind: { s: "b" }, hostServices });
  assert.deepEqual(
    needs.map(({ provider }) => provider),
    ["b", "host"],
  );
  assert.equal(at(needs[0]?.origin), "core.api_gateway.bind.s");
  assert.equal(explain("a", specs, { bind: { s: "b" }, hostServices }).provides[0]?.chosen, false);
  const wrong = explain("c", specs, { bind: { s: "c" }, hostServices });
  assert.ok(codes(wrong.faults).includes("PLAN_BIND_INVALID"));
});

test("explainPlugin() tells of enabled, module, priority and each of depends_on where it is written, or whose default holds", () => {
  const specs: PluginSpec[] = [{ name: "a", dependsOn: ["b", "c"] }, { name: "b" }, { name: "c" }];
  const read = (facts: PluginFacts): unknown[] =>
    facts.settings.slice(0, 5).map(({ path, value, origin, defaultOf }) => [path, value, at(origin) ?? defaultOf]);
  const place = (path: string): string => `core.api_gateway.plugins.a.${path}`;
  assert.deepEqual(read(explain("a", specs)), [
    ["enabled", "true", place("enabled")],
    ["module", '"builtin:a"', place("module")],
    ["priority", "40", place("priority")],
    ["depends_on[0]", '"b"', place("depends_on.0")],
    ["depends_on[1]", '"c"', place("depends_on.1")],
  ]);
  assert.deepEqual(read(explain("a", specs, { source: { origin: () => undefined } })).slice(0, 3), [
    ["enabled", "true", "manifest"],
    ["module", '"builtin:a"', "manifest"],
    ["priority", "40", "plugin"],
  ]);
});

test("explainPlugin() shows no hidden value", () => {
  const isHidden: ManifestSource["isHidden"] = (path) => path.at(-1) === "level";
  const { settings } = explain("a", [{ name: "a", config: { level: "loudest", plain: "seen" } }], {
    source: { isHidden },
  });
  const values = new Map(settings.map(({ path, value }) => [path, value]));
  assert.deepEqual([values.get("config.level"), values.get("config.plain")], [undefined, '"seen"']);
});
