import type { BackplaneError, Fault } from "./errors.ts";
import { type CycleStep, type NeedFact, type NeededByFact, NeedFacts } from "./explain_needs.ts";
import { explainSettings, type SettingFact } from "./explain_settings.ts";
import { configError } from "./loader/loader.ts";
import { pluginPath } from "./manifest/faults.ts";
import type { Manifest, Origin } from "./manifest/manifest.ts";
import { ownPriority, type PlanAttempt, type PlanEntry, planError, type StartupPlan, tryPlan } from "./plan/plan.ts";
import type { LoadedPlugin } from "./plugin.ts";
import type { PluginResult } from "./plugin_result.ts";
import type { Gathered } from "./prepare.ts";
import { plannedResults } from "./snapshots.ts";

/** All that is known of a plugin before anything is constructed. */
export interface PluginFacts {
  readonly plugin: string;
  /** `refused`: faults of the manifest or of the graph, of this plugin or of others, keep everything from starting. */
  readonly state: "planned" | "blocked" | "not_loaded" | "disabled" | "refused";
  /** Why it will not run; undefined where it is planned or disabled. */
  readonly cause: BackplaneError | undefined;
  /** The faults at this plugin that refuse the start. */
  readonly faults: readonly Fault[];
  /** The faults elsewhere that refuse it. */
  readonly otherFaults: readonly Fault[];
  /** The circles in which it waits for itself. */
  readonly cycles: readonly (readonly CycleStep[])[];
  /** Undefined for a plugin whose code is not known: it is disabled or could not be loaded. */
  readonly loaded: LoadedPlugin | undefined;
  /** Its own priority, where that is known. */
  readonly priority: number | undefined;
  /** Its place in the order; undefined where it has none. */
  readonly entry: PlanEntry | undefined;
  /** How many are in the order; undefined where there is none. */
  readonly planned: number | undefined;
  readonly critical: boolean;
  readonly module: string;
  readonly entryOrigin: Origin | undefined;
  readonly needs: readonly NeedFact[];
  readonly neededBy: readonly NeededByFact[];
  readonly provides: readonly { readonly service: string; readonly version: string; readonly chosen: boolean }[];
  readonly settings: readonly SettingFact[];
}

/**
 * Tells of one plugin what there is to tell. Pure.
 * @param name of a plugin that the manifest has
 */
export function explainPlugin(name: string, gathered: Gathered): PluginFacts {
  const { manifest, refused } = gathered;
  const written = manifest.plugins.find((plugin) => plugin.name === name)!;
  // With those whose settings are refused: what their code says of the graph holds all the same.
  const loaded = inOrder(manifest, [...gathered.loaded, ...refused.map(({ plugin }) => plugin)]);
  const input = { ...gathered, loaded };
  const attempt = tryPlan(input);
  const own = loaded.find((plugin) => plugin.name === name);
  const needs = new NeedFacts(input, attempt.requirements);
  const entry = attempt.plan?.entries.find((planned) => planned.name === name);
  const faults = [...refused.flatMap((one) => one.faults), ...attempt.faults];
  const cycles = attempt.cycles.filter((cycle) => cycle.includes(name));
  const isOwn = (fault: Fault): boolean => concerns(fault, name, manifest, cycles);
  const priority = own === undefined ? written.priority : ownPriority(written, own);
  return {
    plugin: name,
    ...standing(name, { gathered, attempt, enabled: written.enabled, refused: faults.length > 0 }),
    faults: faults.filter(isOwn),
    otherFaults: faults.filter((fault) => !isOwn(fault)),
    cycles: cycles.map((cycle) => needs.cycle(cycle)),
    loaded: own,
    priority,
    entry,
    planned: attempt.plan?.entries.length,
    critical: written.critical,
    module: written.module ?? `builtin:${name}`,
    entryOrigin: manifest.source.origin(pluginPath(name)),
    needs: needs.of(written, own),
    neededBy: needs.neededBy(name),
    provides: (own?.metadata.provides ?? []).map(({ name: service, version }) => ({
      service,
      version,
      chosen: attempt.requirements.providers.get(service) === name,
    })),
    settings: explainSettings({ ...written, priority }, own, manifest.source),
  };
}

function inOrder({ plugins }: Manifest, loaded: readonly LoadedPlugin[]): LoadedPlugin[] {
  const byName = new Map(loaded.map((plugin) => [plugin.name, plugin]));
  return plugins.flatMap(({ name }) => byName.get(name) ?? []);
}

interface Standing {
  readonly gathered: Gathered;
  readonly attempt: PlanAttempt;
  readonly enabled: boolean;
  readonly refused: boolean;
}

function standing(name: string, known: Standing): Pick<PluginFacts, "state" | "cause"> {
  const { manifest, failed, refused } = known.gathered;
  const failure = failed.find((plugin) => plugin.name === name);
  if (!known.enabled) return { state: "disabled", cause: undefined };
  if (failure !== undefined) return { state: "not_loaded", cause: failure.error };
  if (known.refused) {
    return { state: "refused", cause: refused.length > 0 ? configError(refused) : planError(known.attempt.faults) };
  }
  const { state, cause } = resultOf(name, manifest, known.attempt.plan!);
  return { state: state === "blocked" ? "blocked" : "planned", cause };
}

function resultOf(name: string, manifest: Manifest, plan: StartupPlan): PluginResult {
  return plannedResults(manifest, plan).find(({ plugin }) => plugin === name)!;
}

/** Whether a fault stands in the plugin's entry, at a `bind` to it, or names a circle that it is part of. */
function concerns(fault: Fault, name: string, { gateway }: Manifest, cycles: PlanAttempt["cycles"]): boolean {
  const [, , section, key] = fault.path;
  if (section === "bind" && typeof key === "string") return gateway.bind[key] === name;
  if (fault.code === "PLAN_CYCLE") return cycles.some((cycle) => cycle[0] === key);
  return section === "plugins" && key === name;
}
