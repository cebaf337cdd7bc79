import type { PluginNode } from "./plugin_node.ts";
import { isSettled } from "../state.ts";

/** The names of the dependencies that will not run without something else changing first. */
export function blockersOf(node: PluginNode): string[] {
  return node.dependencies
    .filter(({ state, leaving }) => leaving || (state !== "running" && isSettled(state)))
    .map((dependency) => dependency.name);
}

/** Whether everything it needs runs, and everything it would like to use has come to rest. */
export function dependenciesReady(node: PluginNode): boolean {
  return (
    node.dependencies.every((dependency) => dependency.state === "running" && !dependency.leaving) &&
    node.optionalDependencies.every((dependency) => isSettled(dependency.state))
  );
}

/** Whether a run must end. What has begun to leave leaves, even if it is wanted again: it then starts anew. */
export function mustLeave(node: PluginNode): boolean {
  return (
    !node.wanted ||
    node.leaving ||
    node.error !== undefined ||
    node.dependencies.some((dependency) => dependency.state !== "running" || dependency.leaving)
  );
}
