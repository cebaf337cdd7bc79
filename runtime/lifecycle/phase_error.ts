import { BackplaneError, type ErrorCode, reasonOf } from "../errors.ts";
import type { PluginNode } from "./plugin_node.ts";

/** The phases that a plugin's own methods implement. */
export type TimedPhase = "initialize" | "start" | "stop";

export const failureCodes: Readonly<Record<TimedPhase, ErrorCode>> = {
  initialize: "PLUGIN_INITIALIZE_FAILED",
  start: "PLUGIN_START_FAILED",
  stop: "PLUGIN_STOP_FAILED",
};

const timeoutCodes: Readonly<Record<TimedPhase, ErrorCode>> = {
  initialize: "PLUGIN_INITIALIZE_TIMEOUT",
  start: "PLUGIN_START_TIMEOUT",
  stop: "PLUGIN_STOP_TIMEOUT",
};

/** Something that the plugin threw, with what it was doing. */
export function phaseError(plugin: string, code: ErrorCode, what: string, cause: unknown): BackplaneError {
  const verb = code.startsWith("PLUGIN_STOP") || code === "PLUGIN_RELEASE_FAILED" ? "stop" : "start";
  const remedy = cause instanceof BackplaneError ? cause.remedy : "Correct the plugin or its settings, and restart.";
  return new BackplaneError(code, `Cannot ${verb} plugin "${plugin}": ${what}: ${reasonOf(cause)}.`, {
    remedy,
    cause,
  });
}

export function timeoutError(node: PluginNode, phase: TimedPhase, ms: number): BackplaneError {
  const verb = phase === "stop" ? "stop" : "start";
  return new BackplaneError(
    timeoutCodes[phase],
    `Cannot ${verb} plugin "${node.name}": ${phase}() did not end within ${ms} ms.`,
    { remedy: `Find out what it waits for, or raise timeouts.${phase}_ms of "${node.name}" in the manifest.` },
  );
}

/** Why a start is cut off that is no longer wanted; not a failure of the plugin. */
export function unwantedError(node: PluginNode): BackplaneError {
  return new BackplaneError("RUNTIME_STOPPED", `Cannot go on starting plugin "${node.name}": it is no longer wanted.`, {
    remedy: "Start it again when what it needs is running.",
  });
}
