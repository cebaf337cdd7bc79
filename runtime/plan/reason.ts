import { bandNames, bandPriorities, type PriorityBand } from "../../schemas/priority_band.ts";
import type { RequirementEdge, UnmetRequirement } from "./requirements.ts";

/** `infrastructure` for 10, and so on; undefined for a number between the bands. */
export function bandName(priority: number): PriorityBand | undefined {
  return bandNames.find((name) => bandPriorities[name] === priority);
}

export interface PositionFacts {
  readonly priority: number;
  readonly effectivePriority: number;
  readonly inheritedFrom: string | undefined;
  readonly dependencies: readonly RequirementEdge[];
  readonly unmet: readonly UnmetRequirement[];
}

/** Why a plugin stands where it does: `infrastructure 10, inherited from log_consumer (own 40); after database`. */
export function describePosition(facts: PositionFacts): string {
  let text = describePriority(facts);
  let separator = "; after ";
  for (const edge of facts.dependencies) {
    text += separator + describeEdge(edge);
    separator = ", ";
  }
  for (const unmet of facts.unmet) text += `; blocked: ${describeUnmet(unmet)}`;
  return text;
}

/** `no provider of database; not loaded: db` */
export function describeUnmet(unmet: UnmetRequirement): string {
  const lacking = unmet.service === undefined ? "" : `no provider of ${unmet.service}; `;
  return `${lacking}not loaded: ${unmet.candidates.join(", ")}`;
}

function describePriority({ priority, effectivePriority, inheritedFrom }: PositionFacts): string {
  const band = bandName(effectivePriority);
  const label = band === undefined ? String(effectivePriority) : `${band} ${effectivePriority}`;
  return inheritedFrom === undefined ? label : `${label}, inherited from ${inheritedFrom} (own ${priority})`;
}

function describeEdge(edge: RequirementEdge): string {
  if (edge.kind === "depends_on") return `${edge.to} (depends_on)`;
  return edge.kind === "optional" ? `${edge.to} (optional ${edge.service})` : `${edge.to} (requires ${edge.service})`;
}
