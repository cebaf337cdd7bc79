import type { Clock } from "./clock.ts";
import { type BackplaneError, messageOf } from "./errors.ts";
import { isThenable } from "./lifecycle/scope.ts";
import type { HealthCheck } from "./plugin.ts";
import type { ServiceState } from "./state.ts";

/** How well a plugin or the whole is. */
export type HealthStatus = HealthCheck["status"];

/** A disabled plugin is shown but not counted. */
export type PluginStatus = HealthStatus | "disabled";

/** Where one plugin stands at one moment, as plain data with its check. */
export interface PluginSnapshot {
  readonly name: string;
  readonly state: ServiceState;
  readonly enabled: boolean;
  readonly critical: boolean;
  /** Of the last transition, milliseconds since the Unix epoch. */
  readonly since: number;
  /** Undefined while the plugin is not loaded. */
  readonly metadata:
    | {
        readonly name: string;
        readonly version: string;
        readonly description: string;
        readonly priority: number;
        readonly effectivePriority: number;
      }
    | undefined;
  readonly hasConfig: boolean;
  readonly error: BackplaneError | undefined;
  readonly blockedBy: readonly string[];
  /** Deadline of its check, milliseconds. */
  readonly healthMs: number;
  /** Only while running, and only of a plugin that has one. */
  readonly check: (() => HealthCheck | Promise<HealthCheck>) | undefined;
}

/** The body of `GET /api/v1/admin/health`. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly summary: Readonly<Record<"total" | PluginStatus, number>>;
  readonly plugins: Readonly<Record<string, { readonly status: PluginStatus; readonly state: ServiceState }>>;
}

/** An error as the admin routes show it: never its cause. */
export interface ErrorSummary {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** The body of `GET /api/v1/admin/plugins/<name>/health`; absent parts are null. */
export interface PluginHealth {
  readonly status: PluginStatus;
  readonly state: ServiceState;
  readonly metadata: {
    readonly name: string;
    readonly version: string;
    readonly description: string;
    readonly priority: number;
    readonly effective_priority: number;
  } | null;
  readonly enabled: boolean;
  readonly configuration: { readonly has_config: boolean };
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** RFC 3339. */
  readonly since: string;
  readonly error: ErrorSummary | null;
  readonly blocked_by: readonly string[];
}

/** A plugin's status by its state alone; a running one is what its check says, healthy without one. */
export function statusOf(state: ServiceState, answer?: HealthCheck): PluginStatus {
  if (state === "running") return answer?.status ?? "healthy";
  if (state === "disabled") return "disabled";
  return state === "stopped" || state === "error" || state === "blocked" ? "unhealthy" : "degraded";
}

/**
 * Unhealthy when a critical plugin is; degraded when any enabled plugin is not healthy; else healthy.
 * @param answers of the checks, by plugin name
 */
export function buildReport(
  snapshots: readonly PluginSnapshot[],
  answers: ReadonlyMap<string, HealthCheck>,
): HealthReport {
  const summary = { total: snapshots.length, healthy: 0, degraded: 0, unhealthy: 0, disabled: 0 };
  // Without a prototype: a plugin may be called like a member of Object.
  const plugins: Record<string, { status: PluginStatus; state: ServiceState }> = Object.create(null);
  let criticalDown = false;
  for (const { name, state, critical } of snapshots) {
    const status = statusOf(state, answers.get(name));
    summary[status] += 1;
    plugins[name] = { status, state };
    criticalDown ||= critical && status === "unhealthy";
  }
  const impaired = summary.degraded + summary.unhealthy > 0;
  return { status: criticalDown ? "unhealthy" : impaired ? "degraded" : "healthy", summary, plugins };
}

/** One plugin's health as it is shown. */
export function describePlugin(snapshot: PluginSnapshot, answer: HealthCheck | undefined): PluginHealth {
  const { metadata, error } = snapshot;
  return {
    status: statusOf(snapshot.state, answer),
    state: snapshot.state,
    metadata: metadata === undefined ? null : describeMetadata(metadata),
    enabled: snapshot.enabled,
    configuration: { has_config: snapshot.hasConfig },
    detail: answer?.detail ?? null,
    since: new Date(snapshot.since).toISOString(),
    error: summarizeError(error),
    blocked_by: snapshot.blockedBy,
  };
}

export function summarizeError(error: BackplaneError | undefined): ErrorSummary | null {
  return error === undefined ? null : { code: error.code, message: error.message, remedy: error.remedy };
}

function describeMetadata(metadata: NonNullable<PluginSnapshot["metadata"]>): PluginHealth["metadata"] {
  const { name, version, description, priority, effectivePriority } = metadata;
  return { name, version, description, priority, effective_priority: effectivePriority };
}

/**
 * Runs a plugin's check under its deadline. Throwing, staying silent and answering nonsense are all unhealthy; an
 * answer after the deadline is ignored. Never rejects.
 */
export async function runCheck({ check, healthMs }: PluginSnapshot, clock: Clock): Promise<HealthCheck> {
  if (check === undefined) return { status: "healthy" };
  try {
    const answer: unknown = check();
    return isThenable(answer) ? await answerInTime(answer, healthMs, clock) : normalizeAnswer(answer);
  } catch (thrown) {
    return checkFailed(thrown);
  }
}

function answerInTime(answer: PromiseLike<unknown>, ms: number, clock: Clock): Promise<HealthCheck> {
  return new Promise((resolve) => {
    const settle = (settled: HealthCheck): void => {
      timer[Symbol.dispose]();
      resolve(settled);
    };
    const late = (): void => settle(unhealthy(`the health check did not answer within ${ms} ms`));
    const timer = clock.setTimeout(late, ms, { keepAlive: true });
    Promise.resolve(answer).then(
      (given) => settle(normalizeAnswer(given)),
      (thrown: unknown) => settle(checkFailed(thrown)),
    );
  });
}

function checkFailed(thrown: unknown): HealthCheck {
  return unhealthy(`the health check failed: ${messageOf(thrown)}`);
}

/** A plugin may be JavaScript: what it answers is taken apart into plain JSON before anything relies on it. */
function normalizeAnswer(answer: unknown): HealthCheck {
  try {
    const { status, detail } = answer as Partial<HealthCheck>;
    if (status !== "healthy" && status !== "degraded" && status !== "unhealthy") throw new TypeError("no such status");
    if (detail === undefined) return { status };
    const plain: unknown = JSON.parse(JSON.stringify(detail));
    if (typeof plain !== "object" || plain === null || Array.isArray(plain)) throw new TypeError("not an object");
    return { status, detail: plain as Record<string, unknown> };
  } catch {
    return unhealthy("the health check answered something else than { status, detail? }");
  }
}

function unhealthy(reason: string): HealthCheck {
  return { status: "unhealthy", detail: { error: reason } };
}
