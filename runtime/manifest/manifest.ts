import type { Fault, Position } from "../errors.ts";
import type { LogLevel } from "../logger.ts";

/** How a stray error is blamed: by the stack alone, also by asynchronous context, or whichever is cheap here. */
export type Attribution = "auto" | "stack" | "context";

export interface PluginTimeouts {
  readonly importMs: number;
  readonly initializeMs: number;
  readonly startMs: number;
  readonly stopMs: number;
  readonly healthMs: number;
}

/** One entry of `core.api_gateway.plugins`, defaults filled in. */
export interface PluginEntry {
  readonly name: string;
  readonly enabled: boolean;
  /** `builtin:<name>`, `./path` or `npm:<package>`; undefined: a class registered in code, else the built-in. */
  readonly module: string | undefined;
  /** 0-1000; undefined: the plugin's own. */
  readonly priority: number | undefined;
  readonly dependsOn: readonly string[];
  readonly critical: boolean;
  readonly timeouts: PluginTimeouts;
  /** As written; the plugin's own schema checks it. */
  readonly config: unknown;
}

export interface SystemSettings {
  readonly name: string;
  readonly environment: string;
  /** Absolute path; not created by reading. */
  readonly dataDir: string;
  readonly log: { readonly level: LogLevel; readonly format: "pretty" | "json" };
  readonly attribution: Attribution;
}

export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  /** Host names besides the loopback ones and the bound address that a request may name. */
  readonly allowedHosts: readonly string[];
  readonly allowUnauthenticated: boolean;
  /** Service name to the plugin that shall provide it, where several could. */
  readonly bind: Readonly<Record<string, string>>;
}

/** `core.yaml` after overlays, interpolation and schema check; paths absolute, defaults filled in. */
export interface Manifest {
  readonly system: SystemSettings;
  readonly gateway: GatewaySettings;
  /** In the order of the file; what an overlay adds comes last. */
  readonly plugins: readonly PluginEntry[];
  readonly source: ManifestSource;
}

/** What an interpolation took its value from: a variable, the default written beside it, a file. */
export type Reference =
  | { readonly kind: "variable" | "variable_default"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** Where a value that is written came from. */
export interface Origin {
  /** Of the value's key, in a list of itself; undefined for an object handed in by code. */
  readonly position: Position | undefined;
  /** It stands in a file merged over the base. */
  readonly overlay: boolean;
  /** Empty where the value itself is written. */
  readonly references: readonly Reference[];
}

/** Where the manifest came from, and what of it must not be shown. */
export interface ManifestSource {
  /** Absolute folder that relative paths start from. */
  readonly baseDir: string;
  /** Absolute paths of the files read, base first; empty for text or an object. */
  readonly files: readonly string[];
  /** The place of a path in the text; of its nearest ancestor where it is not written; undefined for an object. */
  locate(path: Fault["path"]): Position | undefined;
  /** Values to scrub from any free text: what came from files, and long values of the environment. */
  readonly secrets: readonly string[];
  /** Whether the value at a path must not be shown: it was interpolated, or its key names a secret. */
  isHidden(path: Fault["path"]): boolean;
  /** Where the value at a path came from; undefined where none is written, so that a default holds. */
  origin(path: Fault["path"]): Origin | undefined;
}
