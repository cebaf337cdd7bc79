import type { PluginResult } from "../plugin_result.ts";
import type { ServiceState } from "../state.ts";
import { type Colour, formatTable, type Paint } from "./terminal.ts";

const COLOURS: Partial<Record<ServiceState, Colour>> = {
  running: "green",
  disabled: "dim",
  error: "red",
  blocked: "yellow",
};

/** How each plugin's start came out, as a table. */
export function formatResults(results: readonly PluginResult[], paint: Paint): string {
  const rows = results.map(({ plugin, state, durationMs }) => [
    plugin,
    { text: state, colour: COLOURS[state] ?? "yellow" },
    durationMs === undefined ? "" : String(Math.round(durationMs)),
  ]);
  return formatTable(["PLUGIN", "STATE", ">MS"], rows, paint);
}
