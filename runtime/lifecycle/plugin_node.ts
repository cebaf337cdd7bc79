import type { BackplaneError } from "../errors.ts";
import type { Manifest, PluginEntry } from "../manifest/manifest.ts";
import type { PlanEntry, StartupPlan } from "../plan/plan.ts";
import type { BasePlugin } from "../plugin.ts";
import type { PluginContribution } from "../plugin_contribution.ts";
import type { Scope } from "./scope.ts";
import { isSettled, type ServiceState } from "../state.ts";

/** What a plugin is to those who depend on it: it runs, it may come to run, or it will not without a change. */
export type Standing = "ready" | "awaited" | "lost";

/** One start of a plugin: a new instance in a new scope. */
export interface PluginRun {
  readonly scope: Scope;
  /** On the monotonic clock. */
  readonly began: number;
  /** Undefined until the constructor has returned. */
  instance: BasePlugin<never> | undefined;
  contribution: PluginContribution | undefined;
  /** Ends the phase that is being awaited, with this error; undefined while none is. */
  abort: ((error: BackplaneError) => void) | undefined;
  /** Why no further phase shall begin; undefined while the start may go on. */
  aborted: BackplaneError | undefined;
}

/** A plugin of the manifest as the lifecycle sees it: what it is tied to, what is wanted, where it stands. */
export interface PluginNode {
  readonly name: string;
  readonly entry: PluginEntry;
  /** Its place in the manifest. */
  readonly order: number;
  /** Undefined: disabled, or the module could not be loaded. */
  readonly plan: PlanEntry | undefined;
  /** Index of its barrier. */
  readonly level: number;
  readonly dependencies: PluginNode[];
  readonly dependents: PluginNode[];
  readonly optionalDependencies: PluginNode[];
  readonly optionalDependents: PluginNode[];
  state: ServiceState;
  /** As the dependents have counted it. */
  standing: Standing;
  /** How many of its dependencies do not run, or are leaving. */
  unready: number;
  /** How many of these will not run without a change. */
  lost: number;
  /** How many of its optional dependencies are on their way somewhere. */
  optionalUnsettled: number;
  /** How many of its dependents have a run: it cannot stop before they have. */
  inUse: number;
  /** Milliseconds since the Unix epoch. */
  since: number;
  /** The target: up or down. */
  wanted: boolean;
  /** Wanted again after it failed: its error is forgotten as soon as it has come to rest. */
  retry: boolean;
  /** Decided to stop, waiting for its dependents to be down. */
  leaving: boolean;
  error: BackplaneError | undefined;
  blockedBy: readonly string[];
  run: PluginRun | undefined;
  startDurationMs: number | undefined;
}

/** What blocks a plugin that nothing blocks; one list for all of them. */
export const NOBODY: readonly string[] = Object.freeze([]);

/** One node for each plugin of the manifest, in its order, tied together as the plan says. */
export function buildNodes(manifest: Manifest, plan: StartupPlan, now: number): ReadonlyMap<string, PluginNode> {
  const planned = new Map(plan.entries.map((entry) => [entry.name, entry]));
  const failures = new Map(plan.failed.map((failed) => [failed.name, failed.error]));
  const priorities = new Set(plan.entries.map((entry) => entry.effectivePriority));
  const levels = new Map([...priorities].toSorted((a, b) => a - b).map((priority, level) => [priority, level]));
  const nodes = new Map<string, PluginNode>();
  manifest.plugins.forEach((entry, order) => {
    const position = planned.get(entry.name);
    const level = position === undefined ? 0 : levels.get(position.effectivePriority)!;
    nodes.set(entry.name, newNode(entry, order, position, level, failures.get(entry.name), now));
  });
  for (const node of nodes.values()) connect(node, nodes);
  return nodes;
}

function newNode(
  entry: PluginEntry,
  order: number,
  plan: PlanEntry | undefined,
  level: number,
  error: BackplaneError | undefined,
  now: number,
): PluginNode {
  return {
    name: entry.name,
    entry,
    order,
    plan,
    level,
    dependencies: [],
    dependents: [],
    optionalDependencies: [],
    optionalDependents: [],
    state: entry.enabled ? "registered" : "disabled",
    standing: entry.enabled ? "awaited" : "lost",
    unready: 0,
    lost: 0,
    optionalUnsettled: 0,
    inUse: 0,
    since: now,
    wanted: entry.enabled,
    retry: false,
    leaving: false,
    error,
    blockedBy: NOBODY,
    run: undefined,
    startDurationMs: undefined,
  };
}

function connect(node: PluginNode, nodes: ReadonlyMap<string, PluginNode>): void {
  const { dependencies, unmet } = node.plan ?? NOTHING;
  for (const { kind, to } of dependencies) if (kind !== "optional") connectHard(node, nodes.get(to)!);
  for (const { candidates } of unmet) for (const candidate of candidates) connectHard(node, nodes.get(candidate)!);
  for (const { kind, to } of dependencies) if (kind === "optional") connectOptional(node, nodes.get(to)!);
}

const NOTHING: Pick<PlanEntry, "dependencies" | "unmet"> = { dependencies: [], unmet: [] };

function connectHard(node: PluginNode, target: PluginNode): void {
  // Needed for a second reason: one node after the other is connected, so it can only stand at the end.
  if (target.dependents.at(-1) === node) return;
  node.dependencies.push(target);
  target.dependents.push(node);
  node.unready++;
  if (target.standing === "lost") node.lost++;
}

function connectOptional(node: PluginNode, target: PluginNode): void {
  node.optionalDependencies.push(target);
  target.optionalDependents.push(node);
  if (!isSettled(target.state)) node.optionalUnsettled++;
}
