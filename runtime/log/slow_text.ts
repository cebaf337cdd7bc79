import type { SlowPhase } from "../events.ts";

/** `in start() for 5 s of 15 s`: what a plugin is at. */
export function describeSlowPhase({ phase, elapsedMs, deadlineMs, requests }: SlowPhase): string {
  return `${doing(phase, requests)} for ${secondsText(elapsedMs)} of ${secondsText(deadlineMs)}`;
}

/** `waiting for it: b, c and 14 more`; undefined when nobody does. */
export function describeWaiting({ waiting, waitingCount }: SlowPhase): string | undefined {
  return waitingCount === 0 ? undefined : `waiting for it: ${someOf(waiting, waitingCount)}`;
}

/** `b, c and 14 more`. @param count of all, those named included */
export function someOf(names: readonly string[], count: number): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** `1 request`, `2 requests` */
export function requestsText(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

function doing(phase: SlowPhase["phase"], requests: number | undefined): string {
  if (phase === "import") return "loading its module";
  if (phase === "drain") return `waiting for ${requestsText(requests ?? 0)} inside it`;
  return phase === "release" ? "releasing what it owns" : `in ${phase}()`;
}

/** `0.3 s`, `12 s` */
export function secondsText(ms: number): string {
  return `${Math.round(ms / 100) % 10 === 0 || ms >= 10_000 ? Math.round(ms / 1_000) : (ms / 1_000).toFixed(1)} s`;
}
