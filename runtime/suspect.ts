/** Surest first. */
export const certainties = ["certain", "stack", "context", "importing", "ended"] as const;
/**
 * How sure it is that an error belongs to a plugin, surest first: its module stands in the stack and the error came out
 * of the asynchronous context of a plugin of this runtime, or out of a callback of its own, even if it does not run any
 * more; it runs and only the
 * stack says so; it runs and only the context does; its module is just being imported; it does not run.
 */
export type Certainty = (typeof certainties)[number];

/** The plugin that an error seems to belong to. */
export interface Suspect {
  readonly plugin: string;
  readonly certainty: Certainty;
}
