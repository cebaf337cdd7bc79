import { hostEnvironment } from "./host.ts";
import { loadPlugins } from "./loader/loader.ts";
import { PluginRegistry } from "./loader/registry.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { readManifest } from "./manifest/read.ts";
import type { SettledOptions } from "./options.ts";
import { planStartup, type StartupPlan } from "./plan/plan.ts";
import type { ServiceKey } from "./service_key.ts";

/** Everything that is known before anything is constructed. */
export interface Prepared {
  readonly manifest: Manifest;
  readonly plan: StartupPlan;
}

/** Where the built-in plugins live, beside the runtime, in source as in a build. */
const here = new URL(import.meta.url);
const builtins = { builtins: new URL("../plugins/", here).href, extension: here.pathname.slice(-3) };

/**
 * Reads, loads, plans: the one path of `check`, `plan` and `start`.
 * @param onManifest called as soon as the manifest is known, before any plugin is imported
 * @throws MANIFEST_*, PLAN_INVALID, PLUGIN_ALREADY_REGISTERED and what refuses a class registered in code
 */
export async function prepare(
  options: SettledOptions,
  hostServices: readonly ServiceKey<unknown>[],
  onManifest: (manifest: Manifest) => void,
): Promise<Prepared> {
  const registry = new PluginRegistry();
  for (const [name, pluginClass] of Object.entries(options.plugins)) registry.register(name, pluginClass);
  const manifest = await readManifest(options.manifest());
  onManifest(manifest);
  const { importModule } = hostEnvironment();
  const { loaded, failed } = await loadPlugins({ manifest, registry, builtins, importModule, clock: options.clock });
  return { manifest, plan: planStartup({ manifest, loaded, failed, hostServices }) };
}
