import type { PluginNode } from "./plugin_node.ts";
import type { SlowPhase } from "../events.ts";

const NAMES_SHOWN = 10;

/**
 * Who waits for a plugin to settle. On the way up: its direct dependents, then theirs, then those whose barrier it
 * holds. On the way down: what it depends on; when all is being stopped, everything that still runs. The first ten
 * names, and how many there are.
 */
export function waitingFor(
  node: PluginNode,
  nodes: Iterable<PluginNode>,
  stoppingAll: boolean,
): Pick<SlowPhase, "waiting" | "waitingCount"> {
  const waiting = new Set<PluginNode>();
  followUp(node, waiting);
  for (const dependency of node.dependencies) if (dependency.leaving || stoppingAll) waiting.add(dependency);
  for (const other of nodes) {
    if (other.state === "registered" && other.level > node.level) waiting.add(other);
    if (stoppingAll && other.state === "running") waiting.add(other);
  }
  waiting.delete(node);
  return showWaiting([...waiting]);
}

/** The first names, and how many there are. */
export function showWaiting(
  waiting: readonly { readonly name: string }[],
): Pick<SlowPhase, "waiting" | "waitingCount"> {
  return { waiting: waiting.slice(0, NAMES_SHOWN).map(({ name }) => name), waitingCount: waiting.length };
}

/** Everything above it that waits for its turn, nearest first. */
function followUp(node: PluginNode, waiting: Set<PluginNode>): void {
  const queue = [node];
  for (const { dependents, optionalDependents } of queue) {
    for (const dependent of [...dependents, ...optionalDependents]) {
      if (dependent.state !== "registered" || waiting.has(dependent)) continue;
      waiting.add(dependent);
      queue.push(dependent);
    }
  }
}
