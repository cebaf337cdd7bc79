import type { ActiveRuntime } from "./active_runtime.ts";
import type { PluginResult } from "./plugin_result.ts";
import { pluginDisabled, pluginUnknown, reentrant } from "./refusals.ts";
import { resultOf } from "./snapshots.ts";

/**
 * Starts or stops one plugin for the operator.
 * @throws PLUGIN_UNKNOWN, PLUGIN_DISABLED, RUNTIME_REENTRANT
 */
export async function movePlugin(active: ActiveRuntime, name: string, move: "start" | "stop"): Promise<PluginResult> {
  const call = `${move} plugin "${name}"`;
  assertOutsidePhases(active, call);
  const { lifecycle, source } = active;
  const node = lifecycle.nodes.get(name);
  if (node === undefined) throw pluginUnknown(call, lifecycle.nodes.keys());
  if (!node.entry.enabled) throw pluginDisabled(call, name);
  await lifecycle[move](node);
  return resultOf(node, source);
}

/**
 * A plugin that awaits the lifecycle inside its own phase would wait for itself.
 * @throws RUNTIME_REENTRANT
 */
export function assertOutsidePhases({ lifecycle, attributor }: ActiveRuntime, call: string): void {
  const plugin = lifecycle.callingPhaseOf ?? (lifecycle.busy ? attributor.current() : undefined);
  if (plugin !== undefined && lifecycle.isInsidePhase(plugin)) throw reentrant(call, plugin);
}
