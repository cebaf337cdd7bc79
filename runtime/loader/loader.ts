import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../clock.ts";
import { BackplaneError, type Fault, reasonOf } from "../errors.ts";
import type { RuntimeEvents } from "../events.ts";
import { type PhaseInFlight, SlowWatch } from "../lifecycle/slow_watch.ts";
import { showWaiting } from "../lifecycle/waiting.ts";
import { faultsError } from "../manifest/faults.ts";
import type { Manifest, PluginEntry } from "../manifest/manifest.ts";
import type { MarkedValue } from "../manifest/marked_source.ts";
import type { FailedPlugin } from "../plan/input.ts";
import { type LoadedPlugin, PLUGIN_BRAND, type PluginClass } from "../plugin.ts";
import { importError } from "./import_error.ts";
import { builtinNames, type ModulePlace, type ModuleRoots, resolveModule } from "./module_specifier.ts";
import { pluginClassOf } from "./plugin_class.ts";
import { checkConfig, checkNoConfig, type ConfigResult } from "./plugin_config.ts";
import type { PluginRegistry } from "./registry.ts";
import { isTypeScript, typescriptError } from "./typescript.ts";

/** Imports at once: fastest on Node, and Deno slows down with many more. */
const CHUNK = 64;

export interface LoadOptions {
  readonly manifest: Manifest;
  readonly registry: PluginRegistry;
  /** Where built-ins live. */
  readonly builtins: Pick<ModuleRoots, "builtins" | "extension">;
  readonly importModule: (url: string) => Promise<unknown>;
  /** Called before the first import if an enabled plugin is TypeScript; a failure is the failure of these plugins. */
  readonly registerTypeScript: () => unknown;
  /** Told of each module before it is imported; `root` as in LoadedPlugin. */
  readonly onImport: (plugin: string, root: string) => void;
  readonly clock: Clock;
  readonly events: RuntimeEvents;
}

/** What all loads of one call share. */
interface Load extends LoadOptions {
  readonly roots: ModuleRoots;
  readonly inFlight: Map<string, PhaseInFlight>;
  /** Why TypeScript cannot be imported, where that is known. */
  readonly noTypeScript: { readonly error: unknown } | undefined;
}

export interface LoadResult {
  readonly loaded: readonly LoadedPlugin[];
  readonly failed: readonly FailedPlugin[];
  readonly refused: readonly RefusedPlugin[];
  /** What the schemas of plugins mark as secret. */
  readonly marked: readonly MarkedValue[];
}

/** A plugin that could be loaded and whose settings do not fit its schema. */
export interface RefusedPlugin {
  /** With its settings as they are written. */
  readonly plugin: LoadedPlugin;
  readonly faults: readonly Fault[];
}

type Outcome = (
  | { readonly loaded: LoadedPlugin }
  | { readonly failed: FailedPlugin }
  | { readonly refused: RefusedPlugin }
) & { readonly marked?: readonly MarkedValue[] };

/**
 * Imports every enabled plugin, in parallel and bounded, and checks its config. A module that cannot be loaded is that
 * plugin's failure; disabled plugins are never touched.
 * @throws PLUGIN_ALREADY_REGISTERED when a registered class has the name of a built-in
 */
export async function loadPlugins(options: LoadOptions): Promise<LoadResult> {
  const roots: ModuleRoots = { ...options.builtins, baseDir: options.manifest.source.baseDir };
  await assertNoBuiltinRegistered(options.registry, roots);
  const enabled = options.manifest.plugins.filter((entry) => entry.enabled);
  const load: Load = { ...options, roots, inFlight: new Map(), noTypeScript: await tryTypeScript(enabled, options) };
  const loaded: LoadedPlugin[] = [];
  const failed: FailedPlugin[] = [];
  const refused: RefusedPlugin[] = [];
  const marked: MarkedValue[] = [];
  for (const outcome of await loadAll(enabled, load)) {
    if (outcome.marked !== undefined) marked.push(...outcome.marked);
    if ("loaded" in outcome) loaded.push(outcome.loaded);
    else if ("failed" in outcome) failed.push(outcome.failed);
    else refused.push(outcome.refused);
  }
  return { loaded, failed, refused, marked };
}

/** What a start says of refused plugins: MANIFEST_INVALID with every fault at once. */
export function configError(refused: readonly RefusedPlugin[]): BackplaneError {
  const faults = refused.flatMap((one) => one.faults);
  return faultsError("MANIFEST_INVALID", "Cannot use the settings of plugins", faults);
}

/** Before any import, so that it does not depend on luck which modules the loader it registers sees. */
async function tryTypeScript(enabled: readonly PluginEntry[], options: LoadOptions): Promise<Load["noTypeScript"]> {
  if (!enabled.some(({ module = "" }) => isTypeScript(module))) return undefined;
  try {
    await options.registerTypeScript();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** In the order of the entries. */
async function loadAll(entries: readonly PluginEntry[], load: Load): Promise<Outcome[]> {
  const outcomes = entries.map((entry) => loadAtOnce(entry, load));
  const others = [...entries.keys()].filter((index) => outcomes[index] === undefined);
  const slow = new SlowWatch({ ...load, waitingFor: () => theOthers(entries, load.inFlight) });
  for (let from = 0; from < others.length; from += CHUNK) {
    const chunk = others.slice(from, from + CHUNK);
    const loading = chunk.map(async (index) => (outcomes[index] = await loadPlugin(entries[index]!, load)));
    slow.look();
    await Promise.all(loading);
  }
  slow.end();
  return outcomes as Outcome[];
}

/** A class given in code that takes no settings needs no deadline; undefined for all others. */
function loadAtOnce(entry: PluginEntry, load: Load): Outcome | undefined {
  const pluginClass = registeredClass(entry, load);
  if (pluginClass === undefined || pluginClass.metadata.config !== undefined) return undefined;
  return outcomeOf(entry, pluginClass, undefined, checkNoConfig(entry, load.manifest.source));
}

function registeredClass(entry: PluginEntry, { registry }: Load): PluginClass | undefined {
  return entry.module === undefined ? registry.get(entry.name) : undefined;
}

/** Whatever goes wrong in here is that plugin's failure alone. */
async function loadPlugin(entry: PluginEntry, load: Load): Promise<Outcome> {
  const { name } = entry;
  const began = load.clock.monotonic();
  const marked: MarkedValue[] = [];
  load.inFlight.set(name, { plugin: name, phase: "import", began, deadlineMs: entry.timeouts.importMs });
  try {
    return { ...(await within(entry, load.clock, findAndCheck(entry, load, marked))), marked };
  } catch (error) {
    return { failed: { name, error: loadError(name, error) }, marked };
  } finally {
    load.inFlight.delete(name);
  }
}

async function findAndCheck(entry: PluginEntry, load: Load, marked: MarkedValue[]): Promise<Outcome> {
  const { pluginClass, place } = await findClass(entry, load);
  const checked = await checkConfig(entry, pluginClass.metadata, load.manifest.source, marked);
  return outcomeOf(entry, pluginClass, place, checked);
}

function outcomeOf(
  { name, config: written }: PluginEntry,
  pluginClass: PluginClass,
  place: ModulePlace | undefined,
  { config: checked, faults }: ConfigResult,
): Outcome {
  const { metadata, [PLUGIN_BRAND]: brand } = pluginClass;
  const config = faults === undefined ? checked : written;
  const plugin: LoadedPlugin = { name, pluginClass, metadata, kind: brand.kind, config, root: place?.root };
  return faults === undefined ? { loaded: plugin } : { refused: { plugin, faults } };
}

/** `module`, if given, wins; else a class registered in code; else the built-in of that name. */
async function findClass(
  entry: PluginEntry,
  load: Load,
): Promise<{ pluginClass: PluginClass; place: ModulePlace | undefined }> {
  const registered = registeredClass(entry, load);
  if (registered !== undefined) return { pluginClass: registered, place: undefined };
  const place = await resolveModule(entry.name, entry.module ?? `builtin:${entry.name}`, load.roots);
  load.onImport(entry.name, place.root);
  const module = await importFrom(entry, place.url, load);
  return { pluginClass: pluginClassOf(entry.name, module), place };
}

async function importFrom(entry: PluginEntry, url: string, load: Load): Promise<unknown> {
  const { baseDir } = load.manifest.source;
  if (load.noTypeScript !== undefined && isTypeScript(url)) {
    throw typescriptError(entry.name, relative(baseDir, fileURLToPath(url)), load.noTypeScript.error);
  }
  try {
    return await load.importModule(url);
  } catch (error) {
    throw importError(entry.name, url, error, baseDir);
  }
}

/** The deadline of loading; what comes later is ignored. */
async function within<Result>(entry: PluginEntry, clock: Clock, loading: Promise<Result>): Promise<Result> {
  const ms = entry.timeouts.importMs;
  let timer: Disposable | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(timeoutError(entry.name, ms)), ms, { keepAlive: true });
  });
  try {
    return await Promise.race([loading, tooLate]);
  } finally {
    timer?.[Symbol.dispose]();
  }
}

function timeoutError(plugin: string, ms: number): BackplaneError {
  return new BackplaneError(
    "PLUGIN_IMPORT_TIMEOUT",
    `Cannot load plugin "${plugin}": its module did not finish loading within ${ms} ms.`,
    {
      remedy: `Look for an await at the top level of the module, or raise timeouts.import_ms of "${plugin}".`,
    },
  );
}

function loadError(plugin: string, error: unknown): BackplaneError {
  if (error instanceof BackplaneError) return error;
  return new BackplaneError(
    "PLUGIN_IMPORT_FAILED",
    `Cannot load plugin "${plugin}": its code failed: ${reasonOf(error)}.`,
    {
      remedy: "Look at the cause.",
      cause: error,
    },
  );
}

/** Nothing is planned, and so nothing started, before every module has been loaded: all others wait. */
function theOthers(entries: readonly PluginEntry[], inFlight: Load["inFlight"]) {
  return showWaiting(entries.filter(({ name }) => !inFlight.has(name)));
}

async function assertNoBuiltinRegistered(registry: PluginRegistry, roots: ModuleRoots): Promise<void> {
  const taken = registry.names.length === 0 ? new Set() : await builtinNames(roots);
  for (const name of registry.names) {
    if (!taken.has(name)) continue;
    throw new BackplaneError(
      "PLUGIN_ALREADY_REGISTERED",
      `Cannot register plugin "${name}": it is the name of a built-in plugin.`,
      {
        remedy: "Register the class under another name; use bind to let it provide the built-in's service.",
      },
    );
  }
}
