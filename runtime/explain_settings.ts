import type { Fault } from "./errors.ts";
import { formatPath, pluginPath } from "./manifest/faults.ts";
import type { ManifestSource, Origin, PluginEntry } from "./manifest/manifest.ts";
import type { LoadedPlugin } from "./plugin.ts";

export interface SettingFact {
  /** Below the plugin's entry: `timeouts.start_ms`, `config.greeting`. */
  readonly path: string;
  /** As JSON; undefined where it is hidden. */
  readonly value: string | undefined;
  /** Undefined where none is written. */
  readonly origin: Origin | undefined;
  /** Whose default holds where none is written. */
  readonly defaultOf: "manifest" | "plugin" | undefined;
}

interface Leaf {
  readonly path: Fault["path"];
  readonly value: unknown;
}

const DEPTH = 32;

/**
 * Each setting of an entry that holds, with where it came from.
 * @param entry with the priority that holds
 * @param loaded undefined for a plugin whose code is not known: then its settings are told as they are written
 */
export function explainSettings(
  entry: PluginEntry,
  loaded: LoadedPlugin | undefined,
  source: ManifestSource,
): readonly SettingFact[] {
  const { timeouts } = entry;
  const own: Leaf[] = [
    { path: ["enabled"], value: entry.enabled },
    { path: ["module"], value: entry.module ?? `builtin:${entry.name}` },
    { path: ["priority"], value: entry.priority },
    ...leaves(entry.dependsOn, ["depends_on"]),
    { path: ["critical"], value: entry.critical },
    { path: ["timeouts", "import_ms"], value: timeouts.importMs },
    { path: ["timeouts", "initialize_ms"], value: timeouts.initializeMs },
    { path: ["timeouts", "start_ms"], value: timeouts.startMs },
    { path: ["timeouts", "stop_ms"], value: timeouts.stopMs },
    { path: ["timeouts", "health_ms"], value: timeouts.healthMs },
  ];
  const config = new ConfigSettings(entry, source);
  return [
    ...own.filter(({ value }) => value !== undefined).map((leaf) => settingOf(leaf, entry.name, source)),
    ...leaves(loaded === undefined ? entry.config : loaded.config, ["config"]).map((leaf) => config.explain(leaf)),
  ];
}

function settingOf({ path, value }: Leaf, plugin: string, source: ManifestSource): SettingFact {
  const full = pluginPath(plugin, ...path);
  const origin = source.origin(full);
  return {
    path: formatPath(path),
    value: source.isHidden(full) ? undefined : JSON.stringify(value),
    origin,
    defaultOf: origin ? undefined : path[0] === "priority" ? "plugin" : "manifest",
  };
}

/** A schema may change what was written and put it elsewhere: a hidden value must not come out of another key. */
class ConfigSettings {
  readonly #plugin: string;
  readonly #source: ManifestSource;
  readonly #written: ReadonlyMap<string, unknown>;
  readonly #hidden: readonly string[];

  constructor({ name, config }: PluginEntry, source: ManifestSource) {
    this.#plugin = name;
    this.#source = source;
    const written = leaves(config, ["config"]);
    this.#written = new Map(written.map(({ path, value }) => [formatPath(path), value]));
    this.#hidden = written
      .filter(({ path }) => source.isHidden(pluginPath(name, ...path)))
      .map(({ value }) => String(value))
      .filter((text) => text !== "");
  }

  explain({ path, value }: Leaf): SettingFact {
    const full = pluginPath(this.#plugin, ...path);
    const origin = this.#source.origin(full);
    const text = shown(value);
    const untouched = origin !== undefined && Object.is(this.#written.get(formatPath(path)), value);
    const leaks = !untouched && [...this.#hidden, ...this.#source.secrets].some((secret) => text.includes(secret));
    return {
      path: formatPath(path),
      value: this.#source.isHidden(full) || leaks ? undefined : text,
      origin,
      defaultOf: origin ? undefined : "plugin",
    };
  }
}

function leaves(value: unknown, path: Fault["path"]): Leaf[] {
  const inner = path.length > DEPTH ? [] : entriesOf(value);
  if (inner.length > 0) return inner.flatMap(([key, item]) => leaves(item, [...path, key]));
  // A plugin without settings has none to tell.
  if (path.length === 1) return [];
  return value === undefined ? [] : [{ path, value }];
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value !== "object" || value === null) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? Object.entries(value) : [];
}

/** What a schema made of a value may be anything. */
function shown(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
  return entriesOf(value).length === 0 && isPlain(value) ? "{}" : "an object";
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
