import { type Clock, systemClock } from "./clock.ts";
import { BackplaneError } from "./errors.ts";
import { type HostEnvironment, hostEnvironment } from "./host.ts";
import type { LogRecord } from "./logger.ts";
import { findManifest } from "./manifest/find.ts";
import type { ReadManifestOptions } from "./manifest/read.ts";
import type { PerConsumer } from "./plugin.ts";
import type { ServiceKey } from "./service_key.ts";

/** A value of the host's, as a service: make it with `hostService(key, value)`. */
export interface HostService {
  readonly key: ServiceKey<unknown>;
  readonly value: unknown;
}

export function hostService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): HostService {
  return { key, value };
}

/** How to make a runtime. One of the three manifests; without any, the usual places are searched. */
export interface RuntimeOptions {
  /** Path of a manifest. Default: `BACKPLANE_MANIFEST`, ./core.yaml, ./config/core.yaml. */
  readonly manifest?: string;
  /** The manifest's text; no overlays. Needs `baseDir`. */
  readonly manifestText?: string;
  /** The manifest as an object shaped like the file; no overlays. Needs `baseDir`. */
  readonly manifestObject?: unknown;
  /** Absolute folder that relative paths of a text or object start from. */
  readonly baseDir?: string;
  /** Chooses the overlay, in place of the manifest's `environment`. */
  readonly environment?: string;
  /** For `${env:NAME}`. Default: the process's own. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Plugin classes by name, for entries of the manifest without `module`. */
  readonly plugins?: Readonly<Record<string, unknown>>;
  readonly services?: readonly HostService[];
  /** Opens the manifest's host and port. Default: false; mount `fetch` instead. */
  readonly listen?: boolean;
  /** Stops on SIGTERM and SIGINT; a second one then ends the process at once. Default: false. */
  readonly handleSignals?: boolean;
  /** Gets every line of the runtime's log, the early ones too. */
  readonly logger?: (record: LogRecord) => void;
  readonly clock?: Clock;
  /** How long stopping may take altogether before plugins are no longer awaited. Default: 20,000 ms. */
  readonly stopBudgetMs?: number;
}

/** Options with every default filled in. */
export interface SettledOptions {
  /** Looks for the manifest where it was not named. @throws MANIFEST_NOT_FOUND */
  readonly manifest: () => ReadManifestOptions;
  readonly plugins: Readonly<Record<string, unknown>>;
  readonly services: readonly HostService[];
  readonly listen: boolean;
  readonly handleSignals: boolean;
  readonly logger: ((record: LogRecord) => void) | undefined;
  readonly clock: Clock;
  readonly stopBudgetMs: number;
}

/**
 * Fills in the defaults; looks at nothing yet.
 * @throws RUNTIME_OPTIONS_INVALID
 */
export function settleOptions(options: RuntimeOptions): SettledOptions {
  assertOneManifest(options);
  return {
    manifest: () => manifestOptions(options),
    plugins: options.plugins ?? {},
    services: options.services ?? [],
    listen: options.listen ?? false,
    handleSignals: options.handleSignals ?? false,
    logger: options.logger,
    clock: options.clock ?? systemClock,
    stopBudgetMs: options.stopBudgetMs ?? 20_000,
  };
}

function assertOneManifest({ manifest, manifestText, manifestObject, baseDir }: RuntimeOptions): void {
  if ([manifest, manifestText, manifestObject].filter((given) => given !== undefined).length > 1) {
    throw invalid("more than one of manifest, manifestText and manifestObject is given", "Give one of them.");
  }
  if ((manifestText !== undefined || manifestObject !== undefined) && baseDir === undefined) {
    const remedy = "Give the absolute folder that its relative paths start from.";
    throw invalid("a manifest as text or object needs baseDir", remedy);
  }
}

function manifestOptions(options: RuntimeOptions): ReadManifestOptions {
  const { environment } = options;
  const variables = options.variables ?? hostEnvironment().variables;
  const source = manifestSource(options, variables);
  return { source, environment: variables, ...(environment === undefined ? {} : { environmentName: environment }) };
}

function manifestSource(
  options: RuntimeOptions,
  variables: HostEnvironment["variables"],
): ReadManifestOptions["source"] {
  const { manifest, manifestText, manifestObject, baseDir } = options;
  if (manifestText !== undefined) return { text: manifestText, baseDir: baseDir! };
  if (manifestObject !== undefined) return { object: manifestObject, baseDir: baseDir! };
  const places = { environment: variables, cwd: hostEnvironment().cwd };
  return { file: findManifest(manifest === undefined ? places : { ...places, argument: manifest }) };
}

function invalid(what: string, remedy: string): BackplaneError {
  return new BackplaneError("RUNTIME_OPTIONS_INVALID", `Cannot make a runtime: ${what}.`, { remedy });
}
