import * as v from "valibot";
import { choice, described, flag, integer, list, mapOf, section, text } from "./building_blocks.ts";
import { type LogLevel, logLevelNames } from "./log_level.ts";
import { bandNames, bandPriorities, type PriorityBand } from "./priority_band.ts";

export interface TimeoutsDocument {
  readonly import_ms: number;
  readonly initialize_ms: number;
  readonly start_ms: number;
  readonly stop_ms: number;
  readonly health_ms: number;
}

export interface PluginEntryDocument {
  readonly enabled: boolean;
  readonly module?: string | undefined;
  readonly priority?: PriorityBand | number | undefined;
  readonly depends_on: readonly string[];
  readonly critical: boolean;
  /** Absent or null: `defaultTimeouts`. */
  readonly timeouts?: TimeoutsDocument | null | undefined;
  readonly config?: unknown;
}

/** The manifest as written in YAML, with defaults filled in. */
export interface ManifestDocument {
  readonly core: {
    readonly system: {
      readonly name: string;
      readonly environment: string;
      readonly data_dir: string;
      readonly log: {
        readonly level: LogLevel;
        readonly format: "pretty" | "json";
      };
      readonly attribution: "auto" | "stack" | "context";
    };
    readonly api_gateway: {
      readonly host: string;
      readonly port: number;
      readonly allowed_hosts: readonly string[];
      readonly allow_unauthenticated: boolean;
      readonly bind: Readonly<Record<string, string>>;
      readonly plugins: Readonly<Record<string, PluginEntryDocument>>;
    };
  };
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/u;
const NAME_RULE = "a name of lower-case letters, digits and _ that begins with a letter, at most 64 long";
const MODULE = /^(?:builtin:[a-z][a-z0-9_]{0,63}|\.\/.+|npm:.+)$/u;
const DAY_MS = 86_400_000;
const bandsText = bandNames.map((name) => `${name} ${bandPriorities[name]}`).join(", ");

const name = text(NAME, NAME_RULE);

export const defaultTimeouts: TimeoutsDocument = Object.freeze({
  import_ms: 10_000,
  initialize_ms: 10_000,
  start_ms: 15_000,
  stop_ms: 5_000,
  health_ms: 2_000,
});

const timeouts = section("Deadlines of this plugin's phases, in milliseconds.", {
  import_ms: timeout("import_ms", "How long importing the module may take."),
  initialize_ms: timeout("initialize_ms", "How long initialize() may take."),
  start_ms: timeout("start_ms", "How long start() may take."),
  stop_ms: timeout("stop_ms", "How long stop() and the release of resources may take."),
  health_ms: timeout("health_ms", "How long healthCheck() may take."),
});

const pluginEntry = section("One plugin. Its key is its name. An empty entry means: enabled, with its defaults.", {
  enabled: described(v.optional(flag(), true), "false: the plugin is neither imported nor started."),
  module: described(
    v.optional(text(MODULE, "builtin:<name>, ./<path> or npm:<package>")),
    "Where the code is: builtin:<name>, ./<path> inside this file's folder, or npm:<package>. Default: a class " +
      "registered in code under this name, else the built-in plugin of this name.",
  ),
  priority: described(
    v.optional(priority()),
    `A band, or an integer from 0 to 1000; smaller starts first. Bands: ${bandsText}. Default: the plugin's own.`,
  ),
  depends_on: described(list(name), "Plugins that must run first, besides those the plugin itself requires."),
  critical: described(v.optional(flag(), false), "true: if it fails at start, the whole start fails."),
  // Without a default here: it would be checked for each of thousands of plugins.
  timeouts: v.nullish(timeouts),
  config: described(v.optional(v.unknown()), "The plugin's own settings; its own schema checks them."),
});

const log = section("The runtime's own log.", {
  level: described(v.optional(choice(logLevelNames), "info"), "The least grave level that is written."),
  format: described(
    v.optional(choice(["pretty", "json"]), "pretty"),
    "pretty: lines for people; json: one JSON object a line.",
  ),
});

const system = section("The system as a whole.", {
  name: described(v.optional(text(/^.{1,64}$/u, "1 to 64 characters"), "backplane"), "What the system is called."),
  environment: described(
    v.optional(text(/^[a-z0-9][a-z0-9_-]{0,63}$/u, "a word of lower-case letters, digits, - and _"), "development"),
    "Picks the overlay: core.<environment>.yaml beside this file is merged over it, if it is there.",
  ),
  data_dir: described(
    v.optional(text(/^.+$/su, "a path"), "data"),
    "Folder of databases and keys, relative to this file; created with mode 0700.",
  ),
  log: v.nullish(log, {}),
  attribution: described(
    v.optional(choice(["auto", "stack", "context"]), "auto"),
    "How a stray error is blamed on a plugin: by the stack alone, also by asynchronous context (slow on Node 20), " +
      "or auto: by context where that is cheap.",
  ),
});

const gateway = section("The HTTP listener and the plugins.", {
  host: described(
    v.optional(text(/^[\w.:-]{1,253}$/u, "an IP address or a host name"), "127.0.0.1"),
    "Address to listen on. Other than loopback needs a running security plugin, or allow_unauthenticated.",
  ),
  port: described(v.optional(integer(0, 65_535), 8771), "TCP port to listen on; 0 picks a free one."),
  allowed_hosts: described(
    list(text(/^[\w.:[\]-]{1,259}$/u, "a host name, with or without a port")),
    "Host names that a request may use, besides the loopback ones and the bound address.",
  ),
  allow_unauthenticated: described(
    v.optional(flag(), false),
    "true: listen outside loopback although no security plugin runs. Anybody who reaches the port gets in.",
  ),
  bind: v.nullish(
    mapOf("Which plugin provides a service that several could: service name to plugin name.", v.string(), name),
    {},
  ),
  plugins: v.nullable(
    mapOf(
      "The plugins by name, in the order that decides between equal priorities. In an overlay, null removes one.",
      name,
      v.nullable(pluginEntry, {}),
    ),
    {},
  ),
});

/** The document as the editor and the reader check it. Never coerces. */
export const manifestSchema: v.GenericSchema<unknown, ManifestDocument> = section("A Backplane manifest.", {
  core: section("Everything stands under this key.", { system: v.nullish(system, {}), api_gateway: gateway }),
});

function timeout(key: keyof TimeoutsDocument, description: string) {
  return described(v.optional(integer(1, DAY_MS), defaultTimeouts[key]), description);
}

function priority() {
  const message = `must be a band (${bandNames.join(", ")}) or an integer from 0 to 1000`;
  return v.union([v.picklist(bandNames, message), integer(0, 1000, message)], message);
}
