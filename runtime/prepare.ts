import type { BackplaneError } from "./errors.ts";
import type { RuntimeEvents } from "./events.ts";
import { hideInError } from "./hide_in_error.ts";
import { hostEnvironment } from "./host.ts";
import { loadPlugins } from "./loader/loader.ts";
import { PluginRegistry } from "./loader/registry.ts";
import { mayListen } from "./gateway/loopback.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { readManifest } from "./manifest/read.ts";
import type { SettledOptions } from "./options.ts";
import type { FailedPlugin } from "./plan/input.ts";
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

/** Who watches the preparation from outside. */
export interface PrepareObserver {
  readonly events: RuntimeEvents;
  /** The manifest is known; no plugin has been imported yet. */
  readonly onManifest: (manifest: Manifest) => void;
  /** A module is about to be imported. */
  readonly onImport: (plugin: string, root: string) => void;
  /** What escaped from modules while they were imported, by plugin: these count as not loaded. */
  readonly strays: ReadonlyMap<string, BackplaneError>;
}

/**
 * Reads, loads, plans: the one path of `check`, `plan` and `start`.
 * @throws MANIFEST_*, PLAN_INVALID, PLUGIN_ALREADY_REGISTERED and what refuses a class registered in code;
 * GATEWAY_UNAUTHENTICATED when it shall listen beyond loopback and no security plugin is planned
 */
export async function prepare(
  options: SettledOptions,
  hostServices: readonly ServiceKey<unknown>[],
  observer: PrepareObserver,
): Promise<Prepared> {
  const registry = new PluginRegistry();
  for (const [name, pluginClass] of Object.entries(options.plugins)) registry.register(name, pluginClass);
  const manifest = await readManifest(options.manifest());
  observer.onManifest(manifest);
  const { importModule } = hostEnvironment();
  const { clock } = options;
  const result = await loadPlugins({ ...observer, manifest, registry, builtins, importModule, clock });
  // A rejection that nobody caught is told at the end of the turn: it shall be known before the plan is made.
  await new Promise((resolve) => setImmediate(resolve));
  const failed: FailedPlugin[] = [...result.failed];
  const loaded = result.loaded.filter(({ name }) => {
    const error = observer.strays.get(name);
    if (error !== undefined) failed.push({ name, error });
    return error === undefined;
  });
  const { secrets } = manifest.source;
  const shown = failed.map(({ name, error }) => ({ name, error: hideInError(error, secrets) }));
  const plan = planStartup({ manifest, loaded, failed: shown, hostServices });
  const refused = options.listen ? mayListen(manifest.gateway, securityPlugins(plan)) : undefined;
  if (refused !== undefined) throw refused;
  return { manifest, plan };
}

function securityPlugins(plan: StartupPlan): string[] {
  return plan.entries.filter((entry) => entry.kind === "security").map((entry) => entry.name);
}
