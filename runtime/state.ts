import { BackplaneError } from "./errors.ts";

/** Where a plugin stands. Only the runtime sets it. */
export type ServiceState =
  | "registered"
  | "initializing"
  | "initialized"
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "error"
  /** `enabled: false` in the manifest: never imported. */
  | "disabled"
  /** A hard dependency is not running. */
  | "blocked";

/**
 * The phases a plugin goes through, each with a deadline. `drain`: requests are still inside a plugin that shall stop;
 * `release`: what its run owned is being given back.
 */
export type PluginPhase = "import" | "construct" | "initialize" | "start" | "drain" | "stop" | "release";

/**
 * Every transition there is. `stopping` follows an unfinished start too: the scope is being released. `registered`
 * follows a rest (`stopped`, `error`, `blocked`) when the plugin is wanted again and waits for its turn.
 */
const transitions: Readonly<Record<ServiceState, readonly ServiceState[]>> = {
  registered: ["initializing", "blocked", "stopped", "error"],
  initializing: ["initialized", "stopping", "error"],
  initialized: ["starting", "stopping", "error"],
  starting: ["running", "stopping", "error"],
  running: ["stopping"],
  stopping: ["stopped", "error", "blocked"],
  stopped: ["registered", "blocked"],
  error: ["registered", "blocked"],
  blocked: ["registered", "stopped"],
  disabled: [],
};

export const serviceStates: readonly ServiceState[] = Object.keys(transitions) as ServiceState[];

export function canTransition(from: ServiceState, to: ServiceState): boolean {
  return transitions[from].includes(to);
}

/** @throws RUNTIME_STATE_FORBIDDEN for a step that is not in the table: a fault of the runtime itself */
export function assertTransition(plugin: string, from: ServiceState, to: ServiceState): void {
  if (canTransition(from, to)) return;
  throw new BackplaneError(
    "RUNTIME_STATE_FORBIDDEN",
    `Cannot move plugin "${plugin}" from ${from} to ${to}: there is no such transition.`,
    {
      remedy: "This is a defect of Backplane; please report it with the log.",
      details: { plugin, from, to },
    },
  );
}

/** Settled: nothing more happens to the plugin until something else changes. A barrier waits for this. */
export function isSettled(state: ServiceState): boolean {
  return state === "running" || state === "error" || state === "blocked" || state === "stopped" || state === "disabled";
}
