import { BackplaneError } from "./errors.ts";
import type { RequiredSecurity } from "./gateway/pipeline.ts";
import type { PluginSnapshot } from "./health_report.ts";
import { hideInError } from "./hide_in_error.ts";
import { blockersOf, tellStanding } from "./lifecycle/conditions.ts";
import { buildNodes, NOBODY, type PluginNode } from "./lifecycle/plugin_node.ts";
import type { Manifest, ManifestSource } from "./manifest/manifest.ts";
import type { StartupPlan } from "./plan/plan.ts";
import { describeUnmet } from "./plan/reason.ts";
import { PluginPriority } from "./plugin.ts";
import type { PluginResult } from "./plugin_result.ts";
import { placeInPlugin, type SourcePlace } from "./source_place.ts";

const OTHER_BANDS = new Set<number>(
  Object.values(PluginPriority).filter((priority) => priority !== PluginPriority.SECURITY),
);

/** How a plugin stands, without the secrets of the manifest. */
export function resultOf(node: PluginNode, source: ManifestSource): PluginResult {
  const { name, state, startDurationMs, entry, blockedBy } = node;
  return {
    plugin: name,
    state,
    durationMs: startDurationMs,
    cause: causeOf(node, source.secrets),
    place: node.error && placeOf(node.error, node.plan?.loaded.root, source.baseDir),
    blockedBy: state === "blocked" ? blockedBy : NOBODY,
    critical: entry.critical,
    security: entry.enabled && countsAsSecurity(node),
  };
}

/** What is known before anything starts: who could not be loaded, and who cannot run because of that. */
export function plannedResults(manifest: Manifest, plan: StartupPlan): readonly PluginResult[] {
  const nodes = buildNodes(manifest, plan, 0);
  for (const { name } of plan.failed) settle(nodes.get(name)!, "error");
  for (const { name } of plan.entries) {
    const node = nodes.get(name)!;
    node.blockedBy = blockersOf(node);
    if (node.blockedBy.length > 0) settle(node, "blocked");
  }
  return [...nodes.values()].map((node) => resultOf(node, manifest.source));
}

/** What depends on it learns of it. */
function settle(node: PluginNode, state: "error" | "blocked"): void {
  node.state = state;
  tellStanding(node);
}

/** What failed to load says where by itself. */
function placeOf(error: BackplaneError, root: string | undefined, baseDir: string): SourcePlace | undefined {
  if (root !== undefined) return placeInPlugin(error.cause, root, baseDir);
  const { file, line, column } = error.details;
  if (typeof file !== "string" || typeof line !== "number") return undefined;
  return { file, line, column: typeof column === "number" ? column : undefined };
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

function countsAsSecurity(node: Pick<PluginNode, "plan" | "entry">): boolean {
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
