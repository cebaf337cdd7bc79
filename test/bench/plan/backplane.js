/** planStartup: services resolved with their versions, priorities inherited, the reason of every position written out. */
import { planStartup } from "../../../dist/runtime/plan/plan.js";
import { serviceKey } from "../../../dist/runtime/service_key.js";

export function prepare(graph) {
  const keys = graph.map((_, index) => serviceKey(`service_${index}`, "1.0.0"));
  const loaded = graph.map((needs, index) => ({
    name: `plugin_${index}`,
    pluginClass: undefined,
    metadata: {
      name: "No-op",
      version: "1.0.0",
      description: "Does nothing",
      requires: needs.map((need) => keys[need]),
      provides: [keys[index]],
    },
    kind: "business",
    config: {},
    root: undefined,
  }));
  const entries = loaded.map(({ name }) => ({ name, enabled: true, dependsOn: [], critical: false, config: {} }));
  const manifest = { gateway: { bind: {} }, plugins: entries, source: {} };
  let characters = 0;
  return () => {
    const plan = planStartup({ manifest, loaded, failed: [], hostServices: [] });
    for (const { reason } of plan.entries) characters += reason.length;
    if (characters === 0) throw new Error("no reasons");
    return plan.entries.map(({ name }) => name);
  };
}
