import type { BackplaneError } from "./errors.ts";
import type { RuntimeEvents } from "./events.ts";
import { hideInError } from "./hide_in_error.ts";
import { hostEnvironment, stripsTypes } from "./host.ts";
import { configError, loadPlugins, type LoadResult, type RefusedPlugin } from "./loader/loader.ts";
import { mayListen } from "./gateway/loopback.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { MarkedSource, type MarkedValue } from "./manifest/marked_source.ts";
import { readManifest } from "./manifest/read.ts";
import type { SettledOptions } from "./settle_options.ts";
import type { PlanInput } from "./plan/input.ts";
import { planStartup, type StartupPlan } from "./plan/plan.ts";
import type { ServiceKey } from "./service_key.ts";

/** Everything that is known before anything is constructed. */
export interface Prepared {
  readonly manifest: Manifest;
  readonly plan: StartupPlan;
}

/** Where the built-in plugins live, beside the runtime, in source as in a build. */
const here = new URL(import.meta.url);
export const builtins = { builtins: new URL("../plugins/", here).href, extension: here.pathname.slice(-3) };

/** Who watches the preparation from outside. */
export interface PrepareObserver {
  readonly events: RuntimeEvents;
  /** The manifest is known; no plugin has been imported yet. */
  readonly onManifest: (manifest: Manifest) => void;
  /** All are imported, and their schemas have marked more of the manifest as secret. */
  readonly onMarked: (manifest: Manifest) => void;
  /** A module is about to be imported. */
  readonly onImport: (plugin: string, root: string) => void;
  /** What escaped from modules while they were imported, by plugin: these count as not loaded. */
  readonly strays: ReadonlyMap<string, BackplaneError>;
}

/** All that reading and importing tells, whether it makes a start or not. */
export interface Gathered extends PlanInput {
  /** Plugins that could be loaded and whose settings are refused; they are not among `loaded`. */
  readonly refused: readonly RefusedPlugin[];
}

/**
 * Reads, loads, plans: the one path of `check`, `plan` and `start`.
 * @throws MANIFEST_*, PLAN_INVALID, PLUGIN_ALREADY_REGISTERED for a class with a built-in's name;
 * GATEWAY_UNAUTHENTICATED when it shall listen beyond loopback and no security plugin is planned
 */
export async function prepare(
  options: SettledOptions,
  hostServices: readonly ServiceKey<unknown>[],
  observer: PrepareObserver,
): Promise<Prepared> {
  const gathered = await gather(options, hostServices, observer);
  if (gathered.refused.length > 0) throw configError(gathered.refused);
  const { manifest } = gathered;
  const plan = planStartup(gathered);
  const unsafe = options.listen ? mayListen(manifest.gateway, securityPlugins(plan)) : undefined;
  if (unsafe !== undefined) throw unsafe;
  return { manifest, plan };
}

/**
 * Reads and loads, and refuses neither settings nor the graph: what `explain` tells of.
 * @throws MANIFEST_*, PLUGIN_ALREADY_REGISTERED for a class with a built-in's name
 */
export async function gather(
  options: SettledOptions,
  hostServices: readonly ServiceKey<unknown>[],
  observer: PrepareObserver,
): Promise<Gathered> {
  const read = await readManifest(options.manifest());
  observer.onManifest(read);
  const { importModule } = hostEnvironment();
  const { clock, plugins: registry } = options;
  const registerTypeScript = stripsTypes() ? () => undefined : options.registerTypeScript;
  const load = { ...observer, manifest: read, registry, builtins, importModule, registerTypeScript, clock };
  const result = await loadPlugins(load);
  const manifest = markSecrets(read, result.marked);
  if (manifest !== read) observer.onMarked(manifest);
  // A rejection that nobody caught is told at the end of the turn: it shall be known before the plan is made.
  await new Promise((resolve) => setImmediate(resolve));
  const { loaded, failed } = setStraysApart(result, observer.strays, manifest.source.secrets);
  return { manifest, loaded, failed, refused: result.refused, hostServices };
}

function markSecrets(manifest: Manifest, marked: readonly MarkedValue[]): Manifest {
  return marked.length === 0 ? manifest : { ...manifest, source: new MarkedSource(manifest.source, marked) };
}

/** What a module let escape while it was imported makes it a module that could not be loaded. */
function setStraysApart(
  { loaded, failed }: LoadResult,
  strays: ReadonlyMap<string, BackplaneError>,
  secrets: readonly string[],
): Pick<LoadResult, "loaded" | "failed"> {
  if (failed.length === 0 && strays.size === 0) return { loaded, failed };
  const strayed = loaded.flatMap(({ name }) => {
    const error = strays.get(name);
    return error === undefined ? [] : { name, error };
  });
  return {
    loaded: loaded.filter(({ name }) => !strays.has(name)),
    failed: [...failed, ...strayed].map(({ name, error }) => ({ name, error: hideInError(error, secrets) })),
  };
}

function securityPlugins(plan: StartupPlan): string[] {
  return plan.entries.filter((entry) => entry.kind === "security").map((entry) => entry.name);
}
