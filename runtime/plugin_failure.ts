import { BackplaneError, type ErrorCode, messageOf, propertyOf } from "./errors.ts";
import type { PluginResult } from "./plugin_result.ts";
import type { SourcePlace } from "./source_place.ts";
import type { PluginPhase } from "./state.ts";

/** An error that led to another one. */
export interface FailureCause {
  /** Of a coded error or of the system, such as ENOENT; else the name of its class. */
  readonly code: string;
  readonly message: string;
}

/** A plugin that failed by itself, and what followed from it. Plain data; absent parts are null. */
export interface PluginFailure {
  readonly plugin: string;
  readonly critical: boolean;
  /** What it was in; `running` for an error that escaped after its start. */
  readonly phase: PluginPhase | "running";
  readonly code: ErrorCode;
  readonly message: string;
  /** What led to it, outermost first; at most five. */
  readonly causes: readonly FailureCause[];
  readonly place: SourcePlace | null;
  readonly remedy: string;
  /** Who cannot run without it, over however many steps, nearest first. */
  readonly blocks: readonly string[];
  /** Those among it and whom it blocks without whom the start fails. */
  readonly critical_down: readonly string[];
  /** Those among them that stand before all requests: these are answered 503. */
  readonly security_down: readonly string[];
}

const CAUSES_TOLD = 5;
const MESSAGE_LIMIT = 500;
const PHASE_IN_CODE = /^PLUGIN_(IMPORT|CONSTRUCT|INITIALIZE|START|STOP|RELEASE)_/;

/**
 * Why some plugins do not run: one entry for each that failed by itself, with all it keeps from running, and none for
 * those. What holds up critical plugins comes first, then what holds up most.
 */
export function reportFailures(results: readonly PluginResult[]): readonly PluginFailure[] {
  const blockedBy = new Map<string, PluginResult[]>();
  for (const result of results) {
    for (const blocker of result.blockedBy) {
      const list = blockedBy.get(blocker);
      if (list === undefined) blockedBy.set(blocker, [result]);
      else list.push(result);
    }
  }
  return results
    .flatMap((result) => (result.cause === undefined || result.state !== "error" ? [] : [describe(result, blockedBy)]))
    .toSorted((a, b) => weight(b) - weight(a) || b.blocks.length - a.blocks.length);
}

function describe(result: PluginResult, blockedBy: ReadonlyMap<string, readonly PluginResult[]>): PluginFailure {
  const { code, message, remedy, cause } = result.cause!;
  const blocks = follow(result, blockedBy);
  const down = [result, ...blocks];
  return {
    plugin: result.plugin,
    critical: result.critical,
    phase: phaseOf(code, result),
    code,
    message,
    causes: causesOf(cause),
    place: result.place ?? null,
    remedy,
    blocks: blocks.map(({ plugin }) => plugin),
    critical_down: down.filter(({ critical }) => critical).map(({ plugin }) => plugin),
    security_down: down.filter(({ security }) => security).map(({ plugin }) => plugin),
  };
}

function weight({ critical_down: critical, security_down: security }: PluginFailure): number {
  return (critical.length > 0 ? 2 : 0) + (security.length > 0 ? 1 : 0);
}

function follow(root: PluginResult, blockedBy: ReadonlyMap<string, readonly PluginResult[]>): PluginResult[] {
  const found = new Set<PluginResult>();
  const queue = [root];
  for (const { plugin } of queue) {
    for (const blocked of blockedBy.get(plugin) ?? []) {
      if (blocked === root || found.has(blocked)) continue;
      found.add(blocked);
      queue.push(blocked);
    }
  }
  return [...found];
}

/** The phase that a code names by itself: `start` for PLUGIN_START_TIMEOUT. */
export function phaseInCode(code: string | undefined): PluginPhase | undefined {
  return PHASE_IN_CODE.exec(code ?? "")?.[1]?.toLowerCase() as PluginPhase | undefined;
}

/** Errors of other areas come out of the end of the start phase, where promises are checked, or out of loading. */
function phaseOf(code: ErrorCode, { durationMs }: PluginResult): PluginFailure["phase"] {
  if (code === "PLUGIN_SERVICE_NOT_PROVIDED" || code.startsWith("GATEWAY_")) return "start";
  return phaseInCode(code) ?? (durationMs === undefined ? "import" : "running");
}

function causesOf(thrown: unknown): FailureCause[] {
  const causes: FailureCause[] = [];
  const seen = new Set<unknown>();
  for (let error = thrown; error !== undefined && error !== null && !seen.has(error); error = next(error)) {
    if (causes.length === CAUSES_TOLD) break;
    seen.add(error);
    causes.push(describeCause(error));
  }
  return causes;
}

function describeCause(thrown: unknown): FailureCause {
  const text = messageOf(thrown);
  const message = text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT)}...` : text;
  const code = thrown instanceof BackplaneError ? thrown.code : propertyOf(thrown, "code");
  const name = typeof code === "string" && code !== "" ? code : propertyOf(thrown, "name");
  return { code: typeof name === "string" && name !== "" ? name : typeof thrown, message };
}

/** Of several at once, as when every address of a host refused, the first one tells. */
function next(thrown: unknown): unknown {
  const errors = propertyOf(thrown, "errors");
  return propertyOf(thrown, "cause") ?? (Array.isArray(errors) ? errors[0] : undefined);
}
