import type { PluginNode, Standing } from "./plugin_node.ts";
import { isSettled } from "../state.ts";

export function standingOf({ state, leaving }: PluginNode): Standing {
  if (leaving) return "lost";
  if (state === "running") return "ready";
  return isSettled(state) ? "lost" : "awaited";
}

/**
 * Counts a plugin's new standing in its dependents. Counts, so that a plugin with ten thousand dependencies is not
 * looked through each time one of them moves.
 */
export function tellStanding(node: PluginNode): void {
  const before = node.standing;
  const now = standingOf(node);
  if (before === now) return;
  node.standing = now;
  const unready = Number(now !== "ready") - Number(before !== "ready");
  const lost = Number(now === "lost") - Number(before === "lost");
  for (const dependent of node.dependents) {
    dependent.unready += unready;
    dependent.lost += lost;
  }
}

/** Whether a dependency will not run without something else changing first. */
export function isBlocked(node: PluginNode): boolean {
  return node.lost > 0;
}

/** The names of the dependencies that will not run without something else changing first. */
export function blockersOf(node: PluginNode): string[] {
  return node.dependencies.filter(({ standing }) => standing === "lost").map(({ name }) => name);
}

/** Whether everything it needs runs, and everything it would like to use has come to rest. */
export function dependenciesReady(node: PluginNode): boolean {
  return node.unready === 0 && node.optionalUnsettled === 0;
}

/** Whether a run must end. What has begun to leave leaves, even if it is wanted again: it then starts anew. */
export function mustLeave(node: PluginNode): boolean {
  return !node.wanted || node.leaving || node.error !== undefined || node.unready > 0;
}
