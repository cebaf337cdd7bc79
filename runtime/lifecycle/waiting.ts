import type { PluginNode } from "./plugin_node.ts";

const NAMES_SHOWN = 10;

/**
 * Who waits for a plugin: its dependents that have not started, then those whose barrier it holds; on the way down its
 * dependencies. The first ten names.
 */
export function waitingFor(node: PluginNode, nodes: Iterable<PluginNode>): readonly string[] {
  const waiting = new Set<string>();
  const note = (other: PluginNode): void => void (waiting.size < NAMES_SHOWN && waiting.add(other.name));
  if (node.state === "stopping") {
    for (const dependency of node.dependencies) note(dependency);
    return [...waiting];
  }
  for (const dependent of node.dependents) if (dependent.state === "registered") note(dependent);
  for (const other of nodes) if (other.state === "registered" && other.level > node.level) note(other);
  return [...waiting];
}
