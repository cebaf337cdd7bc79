import type { HealthReport, PluginHealth, PluginStatus } from "../health_report.ts";
import { type Cell, type Colour, formatTable, type Paint, printable } from "./terminal.ts";

const COLOURS: Readonly<Record<PluginStatus, Colour>> = {
  healthy: "green",
  degraded: "yellow",
  unhealthy: "red",
  disabled: "dim",
};

/** All plugins as a table, the whole first. Outside loopback, without the token, there is only the whole. */
export function formatReport(report: HealthReport, paint: Paint): string {
  const head = paintStatus(report.status, paint);
  // Not there for whom may only see the status.
  const plugins = Object.entries((report as Partial<HealthReport>).plugins ?? {});
  if (plugins.length === 0) return head;
  const rows = plugins.map(([name, { status, state }]): Cell[] => [
    name,
    { text: status, colour: COLOURS[status] },
    state,
  ]);
  return [head, "", formatTable(["PLUGIN", "STATUS", "STATE"], rows, paint)].join("\n");
}

/** One plugin with everything its check says. */
export function formatPluginHealth(name: string, health: PluginHealth, paint: Paint): string {
  const { metadata, error, detail } = health;
  const facts: [string, string][] = [
    ["state", `${health.state} since ${health.since}`],
    ["version", metadata?.version ?? "not loaded"],
  ];
  if (health.blocked_by.length > 0) facts.push(["blocked by", health.blocked_by.join(", ")]);
  if (error !== null) facts.push(["error", `${error.code}: ${error.message}`], ["remedy", error.remedy]);
  for (const [key, value] of Object.entries(detail ?? {})) facts.push([key, valueText(value)]);
  const width = Math.max(...facts.map(([key]) => key.length));
  const lines = facts.map(([key, value]) => `  ${printable(key).padEnd(width)}  ${printable(value)}`);
  return [`${paint("bold", printable(name))} ${paintStatus(health.status, paint)}`, ...lines].join("\n");
}

function paintStatus(status: PluginStatus, paint: Paint): string {
  return paint(COLOURS[status], printable(status));
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
