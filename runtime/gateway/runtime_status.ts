import { problem } from "./problem.ts";

/** Where the runtime stands, as its probes tell it. */
export interface RuntimeStatus {
  /** The first start has settled. */
  readonly startupSettled: boolean;
  /** A stop has begun. */
  readonly stopping: boolean;
  /** The start has settled, every critical plugin runs, no stop has begun. */
  readonly ready: boolean;
}

/** The answer where nothing answers: while plugins come and go that is no reason for a client to give up. */
export function absence({ startupSettled, stopping }: RuntimeStatus): Response {
  if (stopping) return problem(503, "The runtime is stopping.");
  if (startupSettled) return problem(404, "There is nothing at this path.");
  return problem(503, "The runtime is starting; this path may be answered soon.", { headers: { "retry-after": "1" } });
}
