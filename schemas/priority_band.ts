/** A named start priority, as the manifest spells it. */
export type PriorityBand = "infrastructure" | "security" | "middleware" | "business" | "integration";

/** Smaller starts first. */
export const bandPriorities: Readonly<Record<PriorityBand, number>> = {
  infrastructure: 10,
  security: 20,
  middleware: 30,
  business: 40,
  integration: 50,
};

export const bandNames: readonly PriorityBand[] = Object.keys(bandPriorities) as PriorityBand[];
