import type { Clock } from "./clock.ts";
import type { LogRecord } from "./logger.ts";
import type { PerConsumer, PluginMetadata } from "./plugin.ts";
import type { ServiceKey } from "./service_key.ts";

/** A value of the host's, as a service: make it with `hostService(key, value)`. */
export interface HostService {
  readonly key: ServiceKey<unknown>;
  readonly value: unknown;
}

/** A value of the host's as a service that plugins can require. @param value may be `perConsumer(...)` */
export function hostService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): HostService {
  return { key, value };
}

/** A plugin class, of whichever copy of this package: `createRuntime()` looks closer. */
export interface RegisteredClass {
  new (context: never): object;
  readonly metadata: PluginMetadata;
}

/** How to make a runtime. One of the three manifests; without any, the usual places are searched. */
export interface RuntimeOptions {
  /** Path or file URL of a manifest. Default: `BACKPLANE_MANIFEST`, ./core.yaml, ./config/core.yaml. */
  readonly manifest?: string | URL | undefined;
  /** The manifest's text; no overlays. Needs `baseDir`. */
  readonly manifestText?: string | undefined;
  /** The manifest as an object shaped like the file; no overlays. Needs `baseDir`. */
  readonly manifestObject?: unknown;
  /** Absolute path or file URL of the folder that relative paths of a text or object start from. */
  readonly baseDir?: string | URL | undefined;
  /** Chooses the overlay, in place of the manifest's `environment`. */
  readonly environment?: string | undefined;
  /** For `${env:NAME}`. Default: the process's own. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Plugin classes by name, for entries of the manifest without `module`. */
  readonly plugins?: Readonly<Record<string, RegisteredClass>> | undefined;
  readonly services?: readonly HostService[] | undefined;
  /** Opens the manifest's host and port. Default: false; mount `fetch` instead. */
  readonly listen?: boolean | undefined;
  /** Stops on SIGTERM and SIGINT; a second one then ends the process at once. Default: false. */
  readonly handleSignals?: boolean | undefined;
  /** Gets every line of the runtime's log, the early ones too. What it throws is ignored. */
  readonly logger?: ((record: LogRecord) => void) | undefined;
  /**
   * Called before plugins are imported if one of them is TypeScript and the runtime cannot strip types, as Node before
   * 22.18: register a loader here, such as that of `tsx/esm/api`. Default: nothing, for a program that itself runs with
   * `--import tsx`.
   */
  readonly registerTypeScript?: (() => unknown) | undefined;
  readonly clock?: Clock | undefined;
  /** How long stopping may take altogether before plugins are no longer awaited. Default: 20,000 ms. */
  readonly stopBudgetMs?: number | undefined;
}
