import { BackplaneError } from "./errors.ts";
import type { RequiredSecurity } from "./gateway/pipeline.ts";
import type { PluginSnapshot } from "./health_report.ts";
import { hideInError } from "./hide_in_error.ts";
import type { PluginNode } from "./lifecycle/plugin_node.ts";
import { describeUnmet } from "./plan/reason.ts";
import { PluginPriority } from "./plugin.ts";
import type { ServiceState } from "./state.ts";

const OTHER_BANDS = new Set<number>(
  Object.values(PluginPriority).filter((priority) => priority !== PluginPriority.SECURITY),
);

/** How the start, or a start or stop of one plugin, came out. */
export interface PluginResult {
  readonly plugin: string;
  readonly state: ServiceState;
  /** From the constructor to running or failed; undefined when it was not started. */
  readonly durationMs: number | undefined;
  /** Why it is in `error` or `blocked`. */
  readonly cause: BackplaneError | undefined;
}

/** @param secrets of the manifest, not to be shown */
export function resultOf(node: PluginNode, secrets: readonly string[]): PluginResult {
  const { name, state, startDurationMs } = node;
  return { plugin: name, state, durationMs: startDurationMs, cause: causeOf(node, secrets) };
}

/** @param secrets of the manifest, not to be shown */
export function snapshotOf(node: PluginNode, secrets: readonly string[]): PluginSnapshot {
  const { plan, run, entry } = node;
  const instance = node.state === "running" ? run?.instance : undefined;
  const metadata = plan?.loaded.metadata;
  return {
    name: node.name,
    state: node.state,
    enabled: entry.enabled,
    critical: entry.critical,
    since: node.since,
    metadata:
      plan === undefined || metadata === undefined
        ? undefined
        : {
            name: metadata.name,
            version: metadata.version,
            description: metadata.description,
            priority: plan.priority,
            effectivePriority: plan.effectivePriority,
          },
    hasConfig: hasConfig(entry.config),
    error: causeOf(node, secrets),
    blockedBy: node.state === "blocked" ? node.blockedBy : [],
    healthMs: entry.timeouts.healthMs,
    check: instance?.healthCheck === undefined ? undefined : () => instance.healthCheck!(),
  };
}

/** Why a plugin does not run, for people and machines. */
function causeOf(node: PluginNode, secrets: readonly string[]): BackplaneError | undefined {
  if (node.state !== "blocked") return node.error && hideInError(node.error, secrets);
  const unmet = node.plan?.unmet ?? [];
  const why = unmet.length > 0 ? unmet.map(describeUnmet).join("; ") : `${node.blockedBy.join(", ")} does not run`;
  return new BackplaneError("PLUGIN_BLOCKED", `Cannot start plugin "${node.name}": ${why}.`, {
    remedy: `Mend ${node.blockedBy.join(", ")}; ${node.name} then starts by itself.`,
    details: { blocked_by: node.blockedBy },
  });
}

/**
 * The security plugins that the manifest enables and that do not run: the pipeline answers 503 in their place. One
 * that could not be loaded might be a security plugin, unless its entry sets the priority of another band; a number
 * between the bands says nothing.
 */
export function missingSecurity(nodes: Iterable<PluginNode>): RequiredSecurity[] {
  const missing: RequiredSecurity[] = [];
  for (const node of nodes) {
    if (!node.entry.enabled || node.state === "running" || !countsAsSecurity(node)) continue;
    missing.push({
      plugin: node.name,
      reason:
        node.plan === undefined
          ? "not loaded; it counts as a security plugin unless its entry sets the priority of another band"
          : node.state,
      priority: node.plan?.priority ?? node.entry.priority ?? PluginPriority.SECURITY,
      order: node.order,
    });
  }
  return missing;
}

function countsAsSecurity(node: PluginNode): boolean {
  if (node.plan !== undefined) return node.plan.kind === "security";
  return !OTHER_BANDS.has(node.entry.priority ?? PluginPriority.SECURITY);
}

/** Ready: every critical plugin runs. */
export function criticalRun(nodes: Iterable<PluginNode>): boolean {
  for (const node of nodes) if (node.entry.critical && node.entry.enabled && node.state !== "running") return false;
  return true;
}

function hasConfig(config: unknown): boolean {
  return typeof config === "object" && config !== null && Object.keys(config).length > 0;
}
