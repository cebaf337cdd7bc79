import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BackplaneError, type Fault } from "../../../runtime/errors.ts";
import { versioned } from "../../../runtime/service_key.ts";
import { type PlanSpecOptions, type PluginSpec, planSpecs, service } from "../plugin_spec.ts";

const notLoaded = new BackplaneError("PLUGIN_IMPORT_FAILED", "Cannot load plugin.", { remedy: "-" });
const order = (specs: readonly PluginSpec[]): string[] => planSpecs(specs).plan.entries.map(({ name }) => name);
const reasons = (specs: readonly PluginSpec[]): string[] => planSpecs(specs).plan.entries.map(({ reason }) => reason);

function faultsOf(specs: readonly PluginSpec[], options: PlanSpecOptions = {}): readonly Fault[] {
  try {
    planSpecs(specs, options);
  } catch (error) {
    assert.ok(error instanceof BackplaneError);
    assert.equal(error.code, "PLAN_INVALID");
    return error.faults;
  }
  return assert.fail("the plan was made");
}

const codes = (faults: readonly Fault[]): string[] => faults.map(({ code }) => code);

test("planStartup() puts a provider before what requires it, whatever their bands", () => {
  assert.deepEqual(
    order([
      { name: "a", priority: 10, requires: ["db"] },
      { name: "b", priority: 50, provides: ["db"] },
    ]),
    ["b", "a"],
  );
});

test("planStartup() shows the reason of each position: priority, inheritance, dependencies", () => {
  assert.deepEqual(
    reasons([
      { name: "database", priority: 40, provides: ["db"] },
      { name: "web", priority: 10, requires: ["db"], optional: ["cache"], dependsOn: ["other"] },
      { name: "memory", priority: 15, provides: ["cache"] },
      { name: "other", priority: 10 },
    ]),
    [
      "infrastructure 10, inherited from web (own 40)",
      "infrastructure 10, inherited from web (own 15)",
      "infrastructure 10",
      "infrastructure 10; after database (requires db), other (depends_on), memory (optional cache)",
    ],
  );
});

test("planStartup() takes the manifest's priority, else the plugin's own, else that of its band", () => {
  const specs: PluginSpec[] = [
    { name: "infrastructure", kind: "infrastructure" },
    { name: "security", kind: "security" },
    { name: "middleware", kind: "middleware" },
    { name: "business", kind: "business" },
    { name: "bare" },
    { name: "own", kind: "business", priority: 5 },
  ];
  const { entries } = planSpecs(specs).plan;
  assert.deepEqual(Object.fromEntries(entries.map(({ name, priority }) => [name, priority])), {
    infrastructure: 10,
    security: 20,
    middleware: 30,
    business: 40,
    bare: 40,
    own: 5,
  });
});

test("PLAN_MISSING_SERVICE: no enabled plugin provides what is required", () => {
  const [fault, ...rest] = faultsOf([{ name: "a", requires: ["db"] }]);
  assert.deepEqual(rest, []);
  assert.equal(fault!.code, "PLAN_MISSING_SERVICE");
  assert.equal(fault!.message, 'no enabled plugin provides "db".');
  assert.deepEqual(fault!.path, ["core", "api_gateway", "plugins", "a"]);
});

test("PLAN_MISSING_SERVICE: where a disabled plugin has the service's name the remedy is to enable it", () => {
  const [fault] = faultsOf([
    { name: "a", requires: ["db"] },
    { name: "db", provides: ["db"], enabled: false },
  ]);
  assert.equal(fault!.code, "PLAN_MISSING_SERVICE");
  assert.equal(fault!.remedy, "Enable db in the manifest.");
});

test("a missing optional service is no fault", () => {
  assert.deepEqual(order([{ name: "a", optional: ["db"] }]), ["a"]);
});

test("PLAN_DOUBLE_PROVIDER: two providers of one service need a choice", () => {
  const two: PluginSpec[] = [
    { name: "a", provides: ["db"] },
    { name: "b", provides: ["db"] },
    { name: "c", requires: ["db"] },
  ];
  const [fault] = faultsOf(two);
  assert.equal(fault!.code, "PLAN_DOUBLE_PROVIDER");
  assert.match(fault!.message, /provided by a and b/);
  const { plan } = planSpecs(two, { bind: { db: "b" } });
  assert.equal(plan.providers.get("db"), "b");
  assert.deepEqual(plan.entries.at(-1)!.dependencies, [{ to: "b", kind: "requires", service: "db" }]);
});

test("PLAN_DOUBLE_PROVIDER: a service called like a member of Object needs a choice too", () => {
  const specs = [
    { name: "a", provides: ["constructor"] },
    { name: "b", provides: ["constructor"] },
  ];
  assert.deepEqual(codes(faultsOf(specs)), ["PLAN_DOUBLE_PROVIDER"]);
});

for (const bind of [{}, { db: "a" }]) {
  test(`PLAN_DOUBLE_PROVIDER: a plugin cannot replace what the host provides, bind: ${JSON.stringify(bind)}`, () => {
    const faults = faultsOf([{ name: "a", provides: ["db"] }], { hostServices: [service("db")], bind });
    assert.deepEqual(codes(faults), ["PLAN_DOUBLE_PROVIDER"]);
    assert.match(faults[0]!.message, /by the host/);
  });
}

test("PLAN_BIND_INVALID: bind must name an enabled plugin that provides the service", () => {
  for (const bind of [{ db: "nobody" }, { db: "off" }, { db: "b" }]) {
    const faults = faultsOf([{ name: "a", provides: ["db"] }, { name: "b" }, { name: "off", enabled: false }], {
      bind,
    });
    assert.deepEqual(codes(faults), ["PLAN_BIND_INVALID"]);
    assert.deepEqual(faults[0]!.path, ["core", "api_gateway", "bind", "db"]);
    assert.equal(faults[0]!.remedy, "Bind it to a.");
  }
});

test("PLAN_DISABLED_DEPENDENCY: depends_on of a disabled plugin", () => {
  const [fault] = faultsOf([{ name: "a", dependsOn: ["c", "b"] }, { name: "b", enabled: false }, { name: "c" }]);
  assert.equal(fault!.code, "PLAN_DISABLED_DEPENDENCY");
  assert.deepEqual(fault!.path, ["core", "api_gateway", "plugins", "a", "depends_on", 1]);
  assert.equal(fault!.position?.text, "core.api_gateway.plugins.a.depends_on.1");
});

test("PLAN_UNKNOWN_DEPENDENCY: depends_on of nobody", () => {
  const [fault] = faultsOf([{ name: "a", dependsOn: ["toString"] }]);
  assert.equal(fault!.code, "PLAN_UNKNOWN_DEPENDENCY");
});

for (const list of ["requires", "optional"] as const) {
  test(`PLAN_VERSION_MISMATCH: ${list}, default ^ of the requirer's own copy`, () => {
    const specs = [
      { name: "a", provides: [service("db", "1.4.0")] },
      { name: "b", [list]: [service("db", "1.5.0")] },
    ];
    const [fault] = faultsOf(specs);
    assert.equal(fault!.code, "PLAN_VERSION_MISMATCH");
    assert.match(fault!.message, /db \^1\.5\.0, but plugin "a" provides version 1\.4\.0/);
  });
}

test("a range of its own lets a requirer take other versions", () => {
  const specs = [
    { name: "a", provides: [service("db", "2.1.0")] },
    { name: "b", requires: [versioned(service("db", "1.5.0"), ">=1.5 <3")] },
  ];
  assert.deepEqual(order(specs), ["a", "b"]);
});

test("PLAN_VERSION_MISMATCH: what the host provides is checked too", () => {
  const faults = faultsOf([{ name: "a", requires: [service("db", "2.0.0")] }], { hostServices: [service("db")] });
  assert.match(faults[0]!.message, /but the host provides version 1\.0\.0/);
});

test("PLAN_CYCLE: the cycle is shown as a path", () => {
  const faults = faultsOf([
    { name: "a", requires: ["b"], provides: ["a"] },
    { name: "b", requires: ["a"], provides: ["b"] },
  ]);
  assert.deepEqual(codes(faults), ["PLAN_CYCLE"]);
  assert.match(faults[0]!.message, /a -> b -> a\.$/);
});

for (const [what, spec] of [
  ["depends_on itself", { dependsOn: ["a"] }],
  ["requires what it provides", { requires: ["x"], provides: ["x"] }],
] as const) {
  test(`PLAN_CYCLE: a plugin that ${what}`, () => {
    const faults = faultsOf([{ name: "a", ...spec }]);
    assert.deepEqual(codes(faults), ["PLAN_CYCLE"]);
    assert.match(faults[0]!.message, /a -> a\.$/);
  });
}

test("PLAN_CYCLE: optional edges count for cycles", () => {
  const faults = faultsOf([
    { name: "a", optional: ["b"], provides: ["a"] },
    { name: "b", requires: ["a"], provides: ["b"] },
  ]);
  assert.deepEqual(codes(faults), ["PLAN_CYCLE"]);
});

test("all faults of the graph are reported at once, each with its position", () => {
  const faults = faultsOf(
    [
      { name: "a", dependsOn: ["a", "off", "nobody"] },
      { name: "b", requires: ["missing", service("db", "2.0.0")] },
      { name: "c", provides: ["db", "twice"] },
      { name: "d", provides: ["twice"] },
      { name: "off", enabled: false },
    ],
    { bind: { nothing: "c" } },
  );
  assert.deepEqual(codes(faults).toSorted(), [
    "PLAN_BIND_INVALID",
    "PLAN_CYCLE",
    "PLAN_DISABLED_DEPENDENCY",
    "PLAN_DOUBLE_PROVIDER",
    "PLAN_MISSING_SERVICE",
    "PLAN_UNKNOWN_DEPENDENCY",
    "PLAN_VERSION_MISMATCH",
  ]);
  for (const fault of faults) assert.equal(fault.position?.text, fault.path.join("."));
});

test("a module that was not loaded is no fault of the graph: what lacks its service is planned, as blocked", () => {
  const { plan } = planSpecs([
    { name: "a", failed: notLoaded },
    { name: "b", requires: ["db"] },
  ]);
  assert.deepEqual(plan.failed, [{ name: "a", error: notLoaded }]);
  assert.deepEqual(plan.entries[0]!.unmet, [{ service: "db", candidates: ["a"] }]);
  assert.equal(plan.entries[0]!.reason, "business 40; blocked: no provider of db; not loaded: a");
});

test("depends_on and bind of a module that was not loaded block as well", () => {
  const specs: PluginSpec[] = [
    { name: "a", failed: notLoaded },
    { name: "other", failed: notLoaded },
    { name: "b", dependsOn: ["a"] },
    { name: "c", requires: ["db"] },
    { name: "d", provides: ["db"] },
    { name: "e", optional: ["db"] },
  ];
  const { plan } = planSpecs(specs, { bind: { db: "a" } });
  const unmet = Object.fromEntries(plan.entries.map((entry) => [entry.name, entry.unmet]));
  assert.deepEqual(unmet, {
    b: [{ service: undefined, candidates: ["a"] }],
    c: [{ service: "db", candidates: ["a"] }],
    d: [],
    e: [],
  });
});

test("disabled plugins are listed, and provide nothing", () => {
  const { plan } = planSpecs([{ name: "a" }, { name: "b", provides: ["db"], enabled: false }]);
  assert.deepEqual(plan.disabled, ["b"]);
  assert.equal(plan.providers.size, 0);
});

test("any set of plugins is either planned, dependencies first, or refused with faults: never anything else", () => {
  const names = ["p0", "p1", "p2", "p3", "p4"];
  const some = fc.uniqueArray(fc.constantFrom(...names, "nobody"), { maxLength: 2 });
  const spec = fc.record({
    requires: some,
    optional: some,
    dependsOn: some,
    provides: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
    enabled: fc.boolean(),
    priority: fc.constantFrom(10, 20, 30),
    broken: fc.boolean(),
  });
  const specs = fc.array(spec, { maxLength: 5 }).map((list): PluginSpec[] =>
    list.map(({ broken, ...rest }, index) => ({
      name: `p${index}`,
      ...rest,
      ...(broken ? { failed: notLoaded } : {}),
    })),
  );
  fc.assert(
    fc.property(specs, (list) => {
      try {
        const { entries } = planSpecs(list).plan;
        const place = new Map(entries.map(({ name, position }) => [name, position]));
        for (const { name, dependencies } of entries) {
          for (const { to } of dependencies) assert.ok(place.get(to)! < place.get(name)!);
        }
      } catch (error) {
        if (!(error instanceof BackplaneError)) throw error;
        assert.ok(error.faults.length > 0);
      }
    }),
  );
});
