import type { Attributor } from "../attribution.ts";
import type { BasePlugin, PipelinePlugin } from "../plugin.ts";
import type { PluginContribution } from "../plugin_contribution.ts";
import type { PluginNode, PluginRun } from "./plugin_node.ts";

/**
 * Asks a started plugin for what it adds to the outside; undefined for one that adds nothing. Every handler runs as
 * the plugin. What is no handler or no list is handed on as it is: whoever takes the contribution refuses it.
 */
export function collectContribution(
  node: PluginNode,
  run: PluginRun,
  attributor: Attributor,
): PluginContribution | undefined {
  const plugin = run.instance as BasePlugin<never> & Partial<PipelinePlugin>;
  const { kind, priority } = node.plan!;
  const inPipeline = kind === "security" || kind === "middleware";
  if (!inPipeline && plugin.routes === undefined && plugin.adminRoutes === undefined) return undefined;
  const bind = <Values extends unknown[], Result>(
    call: (...values: Values) => Result,
  ): ((...values: Values) => Result) => attributor.bind(node.name, call);
  const rows = <Row extends { readonly handler: (...values: never[]) => unknown }>(given: readonly Row[]): Row[] =>
    Array.isArray(given) ? given.map((row: Row) => bindHandler(row, bind)) : (given as Row[]);
  return {
    plugin: node.name,
    kind,
    priority,
    order: node.order,
    guard: inPipeline && typeof plugin.guard === "function" ? bind(plugin.guard.bind(plugin)) : undefined,
    handle: inPipeline && typeof plugin.handle === "function" ? bind(plugin.handle.bind(plugin)) : undefined,
    routes: rows(plugin.routes?.() ?? []),
    adminRoutes: rows(plugin.adminRoutes?.() ?? []),
    signal: run.scope.signal,
  };
}

function bindHandler<Row extends { readonly handler: (...values: never[]) => unknown }>(
  row: Row,
  bind: <Values extends unknown[], Result>(call: (...values: Values) => Result) => (...values: Values) => Result,
): Row {
  return typeof row?.handler === "function" ? { ...row, handler: bind(row.handler) } : row;
}
