import type { BackplaneError } from "./errors.ts";
import { pluginPath } from "./manifest/faults.ts";
import type { Manifest, Origin } from "./manifest/manifest.ts";
import type { PlanEntry, StartupPlan } from "./plan/plan.ts";
import { type ServiceKey, normalizeRequirement, type ServiceRequirement } from "./service_key.ts";
import { explainSettings, type SettingFact } from "./explain_settings.ts";
import { plannedResults } from "./snapshots.ts";

export interface NeedFact {
  readonly kind: "requires" | "optional" | "depends_on";
  readonly service: string | undefined;
  /** Versions of the contract that will do. */
  readonly range: string | undefined;
  /** A plugin, or `host`; undefined where nobody is there. */
  readonly provider: string | undefined;
  /** The line of `bind` that chose the provider. */
  readonly bind: Origin | undefined;
  /** Plugins that might have met it, had they loaded. */
  readonly notLoaded: readonly string[];
}

export interface NeededByFact {
  readonly plugin: string;
  readonly kind: NeedFact["kind"];
  readonly service: string | undefined;
  /** The plugin between, where it needs this one only through another. */
  readonly through: string | undefined;
}

/** All that is known of a plugin before anything is constructed. */
export interface PluginFacts {
  readonly plugin: string;
  readonly state: "planned" | "blocked" | "not_loaded" | "disabled";
  /** Why it will not run; undefined where it is planned or disabled. */
  readonly cause: BackplaneError | undefined;
  /** Its place in the order; undefined where it has none. */
  readonly entry: PlanEntry | undefined;
  /** How many are in the order. */
  readonly planned: number;
  readonly critical: boolean;
  readonly module: string;
  readonly entryOrigin: Origin | undefined;
  readonly needs: readonly NeedFact[];
  readonly neededBy: readonly NeededByFact[];
  readonly provides: readonly { readonly service: string; readonly version: string; readonly chosen: boolean }[];
  readonly settings: readonly SettingFact[];
}

/** @param name of a plugin that the manifest has */
export function explainPlugin(
  name: string,
  { manifest, plan, host }: { manifest: Manifest; plan: StartupPlan; host: readonly ServiceKey<unknown>[] },
): PluginFacts {
  const written = manifest.plugins.find((plugin) => plugin.name === name)!;
  const entry = plan.entries.find((planned) => planned.name === name);
  const { cause, state } = plannedResults(manifest, plan).find(({ plugin }) => plugin === name)!;
  const failed = plan.failed.find((plugin) => plugin.name === name);
  return {
    plugin: name,
    state: !written.enabled ? "disabled" : failed ? "not_loaded" : state === "blocked" ? "blocked" : "planned",
    cause: failed?.error ?? cause,
    entry,
    planned: plan.entries.length,
    critical: written.critical,
    module: written.module ?? `builtin:${name}`,
    entryOrigin: manifest.source.origin(pluginPath(name)),
    needs: entry === undefined ? named(written.dependsOn) : needsOf(entry, manifest, host),
    neededBy: neededBy(name, plan),
    provides: (entry?.loaded.metadata.provides ?? []).map(({ name: service, version }) => ({
      service,
      version,
      chosen: plan.providers.get(service) === name,
    })),
    settings: explainSettings(written, entry, manifest.source),
  };
}

function named(dependsOn: readonly string[]): NeedFact[] {
  return dependsOn.map((provider) => need("depends_on", { provider }));
}

function needsOf(entry: PlanEntry, manifest: Manifest, host: readonly ServiceKey<unknown>[]): NeedFact[] {
  const { requires = [], optional = [] } = entry.loaded.metadata;
  const service = (kind: "requires" | "optional") => (requirement: ServiceRequirement) => {
    const { key, range } = normalizeRequirement(requirement);
    const edge = entry.dependencies.find((one) => one.kind === kind && one.service === key.name);
    const provider = edge?.to ?? (host.some(({ name }) => name === key.name) ? "host" : undefined);
    const bind = edge && manifest.source.origin(["core", "api_gateway", "bind", key.name]);
    const notLoaded = entry.unmet.find((one) => one.service === key.name)?.candidates ?? [];
    return need(kind, { service: key.name, range, provider, bind, notLoaded });
  };
  const missing = entry.unmet.filter((one) => one.service === undefined).flatMap(({ candidates }) => candidates);
  return [
    ...requires.map(service("requires")),
    ...entry.dependencies
      .filter(({ kind }) => kind === "depends_on")
      .map(({ to }) => need("depends_on", { provider: to })),
    ...missing.map((provider) => need("depends_on", { provider, notLoaded: [provider] })),
    ...optional.map(service("optional")),
  ];
}

function need(kind: NeedFact["kind"], known: Partial<NeedFact>): NeedFact {
  return { kind, service: undefined, range: undefined, provider: undefined, bind: undefined, notLoaded: [], ...known };
}

/** Nearest first; each plugin once, by its shortest way. */
function neededBy(name: string, plan: StartupPlan): NeededByFact[] {
  const found = new Map<string, NeededByFact>();
  const queue = [name];
  for (const target of queue) {
    for (const { name: plugin, dependencies, unmet } of plan.entries) {
      if (plugin === name || found.has(plugin)) continue;
      const edge = dependencies.find(({ to }) => to === target);
      const waits = unmet.find(({ candidates }) => candidates.includes(target));
      if (edge === undefined && waits === undefined) continue;
      const kind = edge?.kind ?? (waits?.service === undefined ? "depends_on" : "requires");
      const through = target === name ? undefined : target;
      found.set(plugin, { plugin, kind, service: edge?.service ?? waits?.service, through });
      queue.push(plugin);
    }
  }
  return [...found.values()];
}
