import type { BackplaneError } from "../errors.ts";
import type { RuntimeEvent, RuntimeListener } from "../events.ts";
import type { LogFields, LogLevel } from "../logger.ts";
import { phaseInCode } from "../plugin_failure.ts";
import type { PluginPhase, ServiceState } from "../state.ts";
import type { LogLine, RuntimeLogger } from "./runtime_logger.ts";
import { describeSlowPhase, describeWaiting, requestsText, secondsText, someOf } from "./slow_text.ts";

/** What one event says in the log. */
export interface EventLine {
  readonly level: LogLevel;
  readonly module: "runtime" | "lifecycle" | "gateway";
  readonly message: string;
  readonly fields: LogFields;
}

/** Names the plugins that cannot run without this one. */
export type DependentsOf = (plugin: string) => readonly string[];

type EventOf<Type extends RuntimeEvent["type"]> = Extract<RuntimeEvent, { readonly type: Type }>;

/** A listener that writes every event into the log, as subsystem `runtime`. */
export function logEvents(log: RuntimeLogger, dependentsOf?: DependentsOf): RuntimeListener {
  return (event) => {
    // Starts and stops come by the thousand, and few of these lines are ever read. A failure is told at once: what a
    // plugin threw may change.
    if (event.type === "plugin_state" && !isFailure(event.to)) writeState(log, event);
    else log.write(lineOf(event, dependentsOf));
  };
}

function writeState(log: RuntimeLogger, event: EventOf<"plugin_state">): void {
  const level = levelOf(event.to);
  if (log.isWritten(level)) log.writeLater(level, event.time, () => lineOf(event));
}

function lineOf(event: RuntimeEvent, dependentsOf?: DependentsOf): LogLine {
  return { subsystem: "runtime", ...describeEvent(event, dependentsOf) };
}

/** An event as a log line. With `dependentsOf` a failure also names whom it blocks. */
export function describeEvent(event: RuntimeEvent, dependentsOf: DependentsOf = () => []): EventLine {
  switch (event.type) {
    case "plugin_state":
      return describeState(event, dependentsOf);
    case "plugins_slow":
      return describeSlow(event);
    case "plugin_problem":
      return lifecycle("error", event.error.message, { plugin: event.plugin, ...failure(event.phase, event.error) });
    case "gateway_composed":
    case "gateway_listening":
    case "gateway_draining":
    case "gateway_closed":
      return describeGateway(event);
    default:
      return describeRuntime(event);
  }
}

function describeState(event: EventOf<"plugin_state">, dependentsOf: DependentsOf): EventLine {
  const { plugin, from, to, error, blockedBy = [] } = event;
  const fields = { plugin, from, to, duration_ms: Math.round(event.durationMs) };
  if (to === "error") {
    const blocks = dependentsOf(plugin);
    const message = error?.message ?? `Plugin "${plugin}" failed.`;
    return lifecycle("error", message, {
      ...fields,
      ...failure(failedPhase(from, error), error),
      ...(blocks.length > 0 && { blocks }),
    });
  }
  if (to === "blocked") {
    const reason = blockedBy.length === 0 ? "." : `: not running: ${blockedBy.join(", ")}.`;
    const message = error?.message ?? `Plugin "${plugin}" is blocked${reason}`;
    return lifecycle("warning", message, { ...fields, blocked_by: blockedBy, ...failure(undefined, error) });
  }
  return lifecycle(levelOf(to), `Plugin "${plugin}" is ${to}.`, fields);
}

function isFailure(state: ServiceState): boolean {
  return state === "error" || state === "blocked";
}

/** Of a change that is no failure. */
function levelOf(state: ServiceState): LogLevel {
  return state === "running" || state === "stopped" ? "info" : "debug";
}

const PHASE_OF_STATE: Readonly<Partial<Record<ServiceState, PluginPhase>>> = {
  registered: "import",
  initializing: "initialize",
  starting: "start",
};

/** The code knows best; for errors of other areas, which a plugin may throw too, the state it was in tells. */
function failedPhase(from: ServiceState, error: BackplaneError | undefined): PluginPhase | undefined {
  return phaseInCode(error?.code) ?? PHASE_OF_STATE[from];
}

function failure(phase: PluginPhase | undefined, error: BackplaneError | undefined): LogFields {
  return { phase, code: error?.code, remedy: error?.remedy, cause: error?.cause };
}

function describeSlow({ slow, others }: EventOf<"plugins_slow">): EventLine {
  const sentences = slow.map((one) => {
    const parts = [`Plugin "${one.plugin}" has been ${describeSlowPhase(one)}`, describeWaiting(one)];
    return `${parts.filter((part) => part !== undefined).join("; ")}.`;
  });
  if (others > 0) sentences.push(`${others} more are slow.`);
  const phases = slow.map(({ plugin, phase, elapsedMs, deadlineMs, waiting, waitingCount, requests }) => ({
    plugin,
    phase,
    elapsed_ms: Math.round(elapsedMs),
    deadline_ms: deadlineMs,
    waiting,
    waiting_count: waitingCount,
    ...(requests !== undefined && { requests }),
  }));
  return lifecycle("warning", sentences.join(" "), { slow: phases, ...(others > 0 && { others }) });
}

type GatewayStep = EventOf<"gateway_composed" | "gateway_listening" | "gateway_draining" | "gateway_closed">;

function describeGateway(event: GatewayStep): EventLine {
  if (event.type === "gateway_listening") return gateway("info", `Listening on ${event.url}.`, { url: event.url });
  if (event.type === "gateway_draining") return describeDraining(event);
  if (event.type === "gateway_closed") {
    const { cut } = event;
    if (cut === 0) return gateway("info", "No longer listening.", {});
    return gateway("warning", `No longer listening; ${requestsText(cut)} cut off.`, { cut });
  }
  const { routes, missing } = event;
  if (missing.length === 0) return gateway("debug", `Composed ${routes} routes.`, { routes });
  const message = `Requests are answered 503: security plugins are not running: ${missing.join(", ")}.`;
  return gateway("warning", message, { routes, missing });
}

function describeDraining({ requests, waiting, leftMs }: EventOf<"gateway_draining">): EventLine {
  const message = `The stop waits for ${requestsText(requests)} to be answered, at most ${secondsText(leftMs)} more: ${someOf(waiting, requests)}.`;
  return gateway("warning", message, { requests, waiting, left_ms: leftMs });
}

type RuntimeStep = EventOf<"runtime_starting" | "runtime_started" | "runtime_stopping" | "runtime_stopped">;

function describeRuntime(event: RuntimeStep): EventLine {
  switch (event.type) {
    case "runtime_starting":
      return runtime("info", `Starting; plugins: ${event.plugins}.`, { plugins: event.plugins });
    case "runtime_started":
      return describeStarted(event);
    case "runtime_stopping":
      return runtime("info", `Stopping: ${event.reason}.`, { reason: event.reason });
    case "runtime_stopped": {
      const { abandoned } = event;
      const fields = { duration_ms: Math.round(event.durationMs), abandoned };
      if (abandoned.length === 0) return runtime("info", "Stopped.", fields);
      return runtime("warning", `Stopped, without waiting for: ${abandoned.join(", ")}.`, fields);
    }
  }
}

function describeStarted({ durationMs, plugins, failures }: EventOf<"runtime_started">): EventLine {
  const fields = { duration_ms: Math.round(durationMs) };
  if (failures.length === 0) return runtime("info", "Start has settled.", fields);
  const blocked = new Set(failures.flatMap(({ blocks }) => blocks)).size;
  const also = blocked === 0 ? "" : `, and ${blocked} cannot run because of that`;
  const message = `Start has settled: ${failures.length} of ${plugins} plugins failed${also}.`;
  return runtime("warning", message, { ...fields, failures });
}

function runtime(level: LogLevel, message: string, fields: LogFields): EventLine {
  return { level, module: "runtime", message, fields };
}

function lifecycle(level: LogLevel, message: string, fields: LogFields): EventLine {
  return { level, module: "lifecycle", message, fields };
}

function gateway(level: LogLevel, message: string, fields: LogFields): EventLine {
  return { level, module: "gateway", message, fields };
}
