import type { StartupPlan } from "../plan/plan.ts";
import { describeError } from "./failure.ts";
import { formatTable, type Paint, printable } from "./terminal.ts";

/** The order as a table, then what is not in it. */
export function formatPlan(plan: StartupPlan, paint: Paint): string {
  const rows = plan.entries.map(({ position, name, version, reason }) => [String(position), name, version, reason]);
  const lines = [formatTable([">#", "PLUGIN", "VERSION", "WHY HERE"], rows, paint)];
  if (plan.disabled.length > 0) lines.push("", `Disabled: ${plan.disabled.join(", ")}.`);
  for (const { name, error } of plan.failed) {
    lines.push(
      "",
      `${paint("red", `Not loaded: ${name}`)}: ${printable(error.message)}`,
      `  ${printable(error.remedy)}`,
    );
  }
  return lines.join("\n");
}

/** The plan as JSON, in snake_case. */
export function planDocument(plan: StartupPlan) {
  return {
    plugins: plan.entries.map((entry) => ({
      position: entry.position,
      name: entry.name,
      kind: entry.kind ?? null,
      version: entry.version,
      priority: entry.priority,
      effective_priority: entry.effectivePriority,
      inherited_from: entry.inheritedFrom ?? null,
      dependencies: entry.dependencies.map(({ to, kind, service }) => ({ to, kind, service: service ?? null })),
      unmet: entry.unmet.map(({ service, candidates }) => ({ service: service ?? null, candidates })),
      reason: entry.reason,
    })),
    disabled: plan.disabled,
    failed: plan.failed.map(({ name, error }) => ({ name, error: describeError(error) })),
    providers: Object.fromEntries(plan.providers),
  };
}
