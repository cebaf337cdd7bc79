/**
 * Backplane through its public API, from the build: classes given in code, the manifest as an object. Each plugin has
 * deadlines, full states, a health check; one listener sees every event. A dependency is a service of the other.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BusinessPlugin, createRuntime, serviceKey } from "../../../dist/mod.js";

export function prepare(graph) {
  const withServices = graph.some((needs) => needs.length > 0);
  const keys = graph.map((_, index) => serviceKey(`service_${index}`, "1.0.0"));
  const plugins = Object.fromEntries(
    graph.map((needs, index) => {
      if (!withServices) return [`plugin_${index}`, pluginClass(about, [], undefined)];
      const requires = needs.map((need) => keys[need]);
      return [`plugin_${index}`, pluginClass(metadataOf(requires, keys[index]), requires, keys[index])];
    }),
  );
  const entries = Object.fromEntries(Object.keys(plugins).map((name) => [name, {}]));
  const baseDir = mkdtempSync(join(tmpdir(), "backplane-bench-"));
  process.on("exit", () => rmSync(baseDir, { recursive: true, force: true }));
  let runtime;
  let running = 0;
  const boot = async () => {
    runtime = createRuntime({
      baseDir,
      plugins,
      manifestObject: { core: { system: { data_dir: "data" }, api_gateway: { plugins: entries } } },
    });
    runtime.on((event) => void (event.type === "plugin_state" && event.to === "running" && running++));
    await runtime.start();
  };
  const check = async () => {
    const { status, summary } = await runtime.health();
    if (status !== "healthy") throw new Error(`health says ${status}`);
    return Math.min(running, summary.healthy);
  };
  return { boot, check };
}

const about = { name: "No-op", version: "1.0.0", description: "Does nothing" };

/** Written out as in a plugin: of a spread object V8 gives each copy a shape of its own, which no real metadata have. */
function metadataOf(requires, provided) {
  return { name: "No-op", version: "1.0.0", description: "Does nothing", requires, provides: [provided] };
}

/** One class a plugin, as with the others. */
function pluginClass(metadata, requires, provided) {
  return class extends BusinessPlugin {
    static metadata = metadata;
    initialize() {
      for (const key of requires) this.requireService(key);
    }
    start() {
      if (provided !== undefined) this.provideService(provided, this);
    }
    stop() {}
    healthCheck() {
      return { status: "healthy" };
    }
  };
}
