import type { BackplaneError } from "./errors.ts";
import type { RuntimeListener } from "./events.ts";
import type { HealthReport } from "./health_report.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { StartupPlan } from "./plan/plan.ts";
import type { ServiceKey } from "./service_key.ts";
import type { PluginResult } from "./plugin_result.ts";
import type { Suspect } from "./suspect.ts";

/** How a stop came out; empty lists where all went well. */
export interface StopReport {
  /** Plugins that were told to stop but not awaited, for the time was spent. */
  readonly abandoned: readonly string[];
  /** What went wrong in stopping and releasing. */
  readonly problems: readonly BackplaneError[];
}

/** One backend. Several can live in one process. */
export interface Runtime extends AsyncDisposable {
  /**
   * Reads the manifest, loads the plugins, plans, listens if asked, starts. Resolves with one row for each plugin, in
   * the order of the manifest, when everything has settled; a plugin that failed is a row, not an error.
   * When it rejects, what had begun is stopped again; start anew with a new runtime.
   * @throws MANIFEST_*, PLAN_INVALID, RUNTIME_START_FAILED (a critical plugin),
   * RUNTIME_DATA_DIR, RUNTIME_KEY_*, GATEWAY_*, RUNTIME_STOPPED, RUNTIME_ALREADY_STARTED
   */
  start(): Promise<readonly PluginResult[]>;
  /**
   * Stops in the reverse order of the real start. Safe at any time, and twice.
   * @param reason for the log
   */
  stop(reason?: string): Promise<StopReport>;
  /**
   * Answers a request as the listener would; 503 before `start()` and once stopped.
   * @param info without the peer's address the request counts as coming from outside this machine
   * @throws RUNTIME_ARGUMENT_INVALID for what is no Request
   */
  fetch(request: Request, info?: { readonly remoteAddress?: string | undefined }): Promise<Response>;
  /** Calls with everything that happens. What the listener throws is ignored. @returns its undo */
  on(listener: RuntimeListener): () => void;
  /** @throws RUNTIME_NOT_STARTED */
  health(): Promise<HealthReport>;
  /** Reads, loads and plans, if that has not been done yet; constructs nothing. @throws as `start()` up to the plan */
  plan(): Promise<StartupPlan>;
  /**
   * Starts one plugin, again if it failed; what was blocked by it follows by itself.
   * @throws PLUGIN_UNKNOWN, PLUGIN_DISABLED, RUNTIME_NOT_STARTED, RUNTIME_REENTRANT
   */
  startPlugin(name: string): Promise<PluginResult>;
  /** Stops one plugin, after what depends on it. It stays down until `startPlugin`. @throws as `startPlugin` */
  stopPlugin(name: string): Promise<PluginResult>;
  /**
   * The value of a service that a running plugin or the host provides.
   * @throws SERVICE_UNAVAILABLE, RUNTIME_ARGUMENT_INVALID for what is no key
   */
  service<T>(key: ServiceKey<T>): T;
  /** The plugin that a stray error seems to belong to, if any. Changes nothing. */
  suspect(error: unknown): Suspect | undefined;
  /**
   * Puts the plugin that a stray error belongs to in `error`; one that does not run only has it logged. With several
   * runtimes in the process use `blameAmong`. @returns false when none can be blamed
   */
  blame(error: unknown): boolean;
  /** Where it listens; undefined when it does not. */
  readonly url: string | undefined;
  /** The manifest, once it has been read. */
  readonly manifest: Manifest | undefined;
}
