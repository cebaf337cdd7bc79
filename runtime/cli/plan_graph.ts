import type { RequirementEdge } from "../plan/requirements.ts";
import type { PlanEntry, StartupPlan } from "../plan/plan.ts";

/** A mermaid flowchart: each plugin with an arrow to what it needs. Optional needs are dotted. */
export function planToMermaid(plan: StartupPlan): string {
  const lines = ["flowchart LR"];
  const ids = idsOf(plan);
  for (const entry of plan.entries) lines.push(`  ${ids.get(entry.name)}["${mermaidText(labelOf(entry))}"]`);
  for (const { name } of plan.failed)
    lines.push(`  ${ids.get(name)}["${mermaidText(`${name} (not loaded)`)}"]:::failed`);
  for (const { from, edge } of edgesOf(plan)) {
    const arrow = edge.kind === "optional" ? "-.->" : "-->";
    lines.push(`  ${ids.get(from)} ${arrow}|"${mermaidText(edge.service ?? "depends_on")}"| ${ids.get(edge.to)}`);
  }
  if (plan.failed.length > 0) lines.push("  classDef failed stroke:#c00,stroke-dasharray:4");
  return lines.join("\n");
}

/** A graph for Graphviz: each plugin with an arrow to what it needs. Optional needs are dashed. */
export function planToDot(plan: StartupPlan): string {
  const lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box];"];
  for (const entry of plan.entries) lines.push(`  ${dotText(entry.name)} [label=${dotText(labelOf(entry))}];`);
  for (const { name } of plan.failed) {
    lines.push(`  ${dotText(name)} [label=${dotText(`${name} (not loaded)`)}, color=red, style=dashed];`);
  }
  for (const { from, edge } of edgesOf(plan)) {
    const style = edge.kind === "optional" ? ", style=dashed" : "";
    lines.push(`  ${dotText(from)} -> ${dotText(edge.to)} [label=${dotText(edge.service ?? "depends_on")}${style}];`);
  }
  return [...lines, "}"].join("\n");
}

function labelOf({ position, name, effectivePriority }: PlanEntry): string {
  return `${position}. ${name} (${effectivePriority})`;
}

/** Names that a format keeps for itself, such as `end`, make no ids. */
function idsOf(plan: StartupPlan): ReadonlyMap<string, string> {
  const names = [...plan.entries, ...plan.failed].map(({ name }) => name);
  return new Map(names.map((name, index) => [name, `p${index + 1}`]));
}

function edgesOf(plan: StartupPlan): { readonly from: string; readonly edge: RequirementEdge }[] {
  return plan.entries.flatMap(({ name, dependencies }) => dependencies.map((edge) => ({ from: name, edge })));
}

/** Mermaid takes entities where it has no escapes. */
function mermaidText(text: string): string {
  return text.replaceAll(/[^\w .,()/@-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dotText(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
