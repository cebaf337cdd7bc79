import type { PluginResult } from "../snapshots.ts";
import type { ServiceState } from "../state.ts";
import { type Colour, formatTable, type Paint, printable } from "./terminal.ts";

const COLOURS: Partial<Record<ServiceState, Colour>> = {
  running: "green",
  disabled: "dim",
  error: "red",
  blocked: "yellow",
};

/** How each plugin's start came out, as a table; below it, why some do not run and what to do. */
export function formatResults(results: readonly PluginResult[], paint: Paint): string {
  const rows = results.map(({ plugin, state, durationMs }) => [
    plugin,
    { text: state, colour: COLOURS[state] ?? "yellow" },
    durationMs === undefined ? "" : String(Math.round(durationMs)),
  ]);
  const failures = results.flatMap(({ plugin, cause }) =>
    cause === undefined
      ? []
      : [`${paint("red", plugin)}: ${oneLine(cause.message)} ${paint("dim", oneLine(cause.remedy))}`],
  );
  const table = formatTable(["PLUGIN", "STATE", ">MS"], rows, paint);
  return failures.length === 0 ? table : [table, "", ...failures].join("\n");
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, " "));
}
