import { BackplaneError, type ErrorCode } from "./errors.ts";
import type { ServiceKey } from "./service_key.ts";

// What a runtime refuses to do, by call; the codes are documented at each method of Runtime.

export function stopped(): BackplaneError {
  return refused("RUNTIME_STOPPED", "go on", "the runtime was stopped", "Make a new runtime for a new start.");
}

export function alreadyStarted(): BackplaneError {
  const remedy = "Make a new runtime for a new start.";
  return refused("RUNTIME_ALREADY_STARTED", "start", "start() was called before", remedy);
}

export function notStarted(call: string): BackplaneError {
  return refused("RUNTIME_NOT_STARTED", call, "the runtime is not started", "Await start() first.");
}

export function reentrant(call: string, plugin: string): BackplaneError {
  const remedy = "Call it after the phase has ended, for example from a timer or a request.";
  return refused("RUNTIME_REENTRANT", call, `plugin "${plugin}" calls from inside one of its own phases`, remedy);
}

export function pluginUnknown(call: string, known: Iterable<string>): BackplaneError {
  const remedy = `The manifest has: ${[...known].join(", ")}.`;
  return refused("PLUGIN_UNKNOWN", call, "there is no such plugin", remedy);
}

export function pluginDisabled(call: string, name: string): BackplaneError {
  const remedy = `Set enabled: true for ${name} in the manifest and restart.`;
  return refused("PLUGIN_DISABLED", call, "it is disabled", remedy);
}

export function serviceUnavailable(key: ServiceKey<unknown>): BackplaneError {
  const remedy = "Enable a plugin that provides it, and ask after start() and before stop().";
  return refused("SERVICE_UNAVAILABLE", `use service "${key.name}"`, "nothing provides it now", remedy);
}

function refused(code: ErrorCode, call: string, what: string, remedy: string): BackplaneError {
  return new BackplaneError(code, `Cannot ${call}: ${what}.`, { remedy });
}
