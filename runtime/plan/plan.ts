import { bandPriorities } from "../../schemas/priority_band.ts";
import type { BackplaneError, Fault } from "../errors.ts";
import { orderGraph, type OrderedNode } from "../graph.ts";
import { faultsError, makeFault, pluginPath } from "../manifest/faults.ts";
import type { Manifest, PluginEntry } from "../manifest/manifest.ts";
import type { LoadedPlugin, PluginKind } from "../plugin.ts";
import type { FailedPlugin, PlanInput } from "./input.ts";
import { describePosition } from "./reason.ts";
import { type RequirementEdge, type Requirements, resolveRequirements, type UnmetRequirement } from "./requirements.ts";

const NONE: readonly UnmetRequirement[] = [];

/** One position of the plan. A class, so that the reason is one getter for all: thousands of positions stay small. */
export class PlanEntry {
  readonly name: string;
  /** From 1. */
  readonly position: number;
  readonly kind: PluginKind | undefined;
  readonly version: string;
  /** What the manifest says, else the plugin, else its band. */
  readonly priority: number;
  readonly effectivePriority: number;
  readonly inheritedFrom: string | undefined;
  readonly dependencies: readonly RequirementEdge[];
  /** Requirements that only a plugin that could not be loaded might have met: it starts blocked. */
  readonly unmet: readonly UnmetRequirement[];
  readonly entry: PluginEntry;
  readonly loaded: LoadedPlugin;

  constructor(node: OrderedNode, place: number, entry: PluginEntry, loaded: LoadedPlugin, requirements: Requirements) {
    this.name = node.name;
    this.position = place + 1;
    this.kind = loaded.kind;
    this.version = loaded.metadata.version;
    this.priority = ownPriority(entry, loaded);
    this.effectivePriority = node.effectivePriority;
    this.inheritedFrom = node.inheritedFrom;
    this.dependencies = requirements.edges[node.index]!;
    this.unmet = requirements.unmet.get(node.name) ?? NONE;
    this.entry = entry;
    this.loaded = loaded;
  }

  /** Why it stands here, for people. */
  get reason(): string {
    return describePosition(this);
  }
}

/** The resolved start order, with the reason of every position. */
export interface StartupPlan {
  readonly entries: readonly PlanEntry[];
  readonly failed: readonly FailedPlugin[];
  readonly disabled: readonly string[];
  /** Which plugin provides each service. */
  readonly providers: ReadonlyMap<string, string>;
}

/** The manifest's priority, else the plugin's, else that of its base class (a bare BasePlugin counts as business). */
export function ownPriority(entry: PluginEntry, loaded: LoadedPlugin): number {
  return entry.priority ?? loaded.metadata.priority ?? bandPriorities[loaded.kind ?? "business"];
}

/** What is known of the graph, whether it makes a plan or not. */
export interface PlanAttempt {
  readonly requirements: Requirements;
  /** Each as a closed path `[a, b, a]`. */
  readonly cycles: readonly (readonly string[])[];
  /** Every fault of the graph; with one of them there is no plan. */
  readonly faults: readonly Fault[];
  readonly plan: StartupPlan | undefined;
}

/**
 * Resolves who needs whom and in which order to start. Pure: constructs and imports nothing.
 * @throws PLAN_INVALID with every fault of the graph at once (PLAN_CYCLE, PLAN_MISSING_SERVICE, PLAN_DOUBLE_PROVIDER,
 * PLAN_DISABLED_DEPENDENCY, PLAN_UNKNOWN_DEPENDENCY, PLAN_VERSION_MISMATCH, PLAN_BIND_INVALID)
 */
export function planStartup(input: PlanInput): StartupPlan {
  const { plan, faults } = tryPlan(input);
  if (plan === undefined) throw planError(faults);
  return plan;
}

/** All faults of the graph, as one error. */
export function planError(faults: readonly Fault[]): BackplaneError {
  return faultsError("PLAN_INVALID", "Cannot plan the start", faults);
}

/** The same without throwing: for who wants to tell what is known all the same. */
export function tryPlan(input: PlanInput): PlanAttempt {
  const { manifest, loaded, failed } = input;
  const entries = new Map(manifest.plugins.map((entry) => [entry.name, entry]));
  const requirements = resolveRequirements(input, entries);
  const { order, cycles = [] } = orderGraph(
    loaded.map((plugin, index) => ({
      name: plugin.name,
      priority: ownPriority(entries.get(plugin.name)!, plugin),
      after: requirements.edges[index]!.map((edge) => edge.to),
    })),
  );
  const faults = [...requirements.faults, ...cycles.map((cycle) => cycleFault(manifest, cycle))];
  if (faults.length > 0 || order === undefined) return { requirements, cycles, faults, plan: undefined };
  const describe = (node: OrderedNode, place: number): PlanEntry =>
    new PlanEntry(node, place, entries.get(node.name)!, loaded[node.index]!, requirements);
  const plan: StartupPlan = {
    entries: order.map(describe),
    failed,
    disabled: manifest.plugins.filter((entry) => !entry.enabled).map((entry) => entry.name),
    providers: requirements.providers,
  };
  return { requirements, cycles, faults, plan };
}

function cycleFault(manifest: Manifest, cycle: readonly string[]): Fault {
  return makeFault(
    manifest.source,
    "PLAN_CYCLE",
    pluginPath(cycle[0]!),
    `these plugins wait for one another: ${cycle.join(" -> ")}`,
    "Remove one of the dependencies, or move what both sides need into a plugin of its own.",
  );
}
