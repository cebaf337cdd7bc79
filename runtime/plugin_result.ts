import type { BackplaneError } from "./errors.ts";
import type { SourcePlace } from "./source_place.ts";
import type { ServiceState } from "./state.ts";

/** How the start, or a start or stop of one plugin, came out. */
export interface PluginResult {
  readonly plugin: string;
  readonly state: ServiceState;
  /** From the constructor to running or failed; undefined when it was not started. */
  readonly durationMs: number | undefined;
  /** Why it is in `error` or `blocked`. */
  readonly cause: BackplaneError | undefined;
  /** Where in its own source the cause arose, if that can be told. */
  readonly place: SourcePlace | undefined;
  /** What it depends on and does not run, while it is `blocked`. */
  readonly blockedBy: readonly string[];
  readonly critical: boolean;
  /** It counts as a security plugin: while it is enabled and does not run, requests are answered 503. */
  readonly security: boolean;
}
