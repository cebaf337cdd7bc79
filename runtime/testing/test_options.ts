import type { Route } from "../contribution.ts";
import type { HostService } from "../options.ts";
import type { BasePlugin, PluginContext, PluginMetadata } from "../plugin.ts";

/** A plugin class, as the module's default export. */
export interface PluginConstructor<Plugin extends BasePlugin = BasePlugin> {
  new (context: PluginContext<never>): Plugin;
  readonly metadata: PluginMetadata;
}

/** The calls into a plugin that a test can make slow or let fail. */
export type StagedPhase = "initialize" | "start" | "stop" | "healthCheck";

/** What shall go wrong in a phase: it takes so long, then runs, then fails with the error. */
export interface Stage {
  /** Before the plugin's own code runs, in milliseconds of the test's clock. */
  readonly delayMs?: number;
  /** Thrown after the plugin's own code has run, so that what it made must be released. */
  readonly error?: unknown;
}

/** What `testPlugin()` may be told. */
export interface TestPluginOptions {
  /** The plugin's key in the manifest. Default: its metadata's name in lower case, `_` between the words. */
  readonly name?: string;
  /** As it would stand in core.yaml; the plugin's own schema checks it. */
  readonly config?: unknown;
  /** Other keys of its entry: `priority`, `critical`, `timeouts`, `depends_on`. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** Stand in for the plugins that would provide them: `hostService(database, fake)`. */
  readonly services?: readonly HostService[];
  /** Makes phases slow or lets them fail. */
  readonly phases?: Readonly<Partial<Record<StagedPhase, Stage>>>;
  /** Routes of the test's own, for a plugin that stands in the pipeline in front of them. */
  readonly routes?: readonly Route[];
  /** Entries of other plugins that run beside it, as in the manifest: `{ database: {} }`. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** False: nobody provides `message_bus`. Default: a bus in memory. */
  readonly bus?: boolean;
  /** For `${env:NAME}` in the config. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** When the test's clock begins, in milliseconds since the epoch. Default: 1,000,000. */
  readonly now?: number;
  /**
   * How long `start()`, `stop()` and requests may wait in real time while the clock stands still and timers are set on
   * it, so that a test which forgot to advance the clock fails with a reason. Default 10,000. And how long
   * `bus.expect()` and `until()` may wait in real time; default 4,000.
   */
  readonly timeoutMs?: number;
}

/** The kit's own plugin in the runtime. */
export const KIT_PLUGIN = "test_kit";

/** `Message Bus` -> `message_bus`. */
export function nameOf(pluginClass: PluginConstructor, { name }: TestPluginOptions): string {
  if (name !== undefined) return name;
  // A class without metadata is for the loader to refuse; until then it needs some name.
  const given = (pluginClass as Partial<PluginConstructor>).metadata?.name ?? "plugin";
  const word = given
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|_+$/g, "")
    .slice(0, 64);
  return word === "" ? "plugin" : word;
}

/** The manifest of the test's runtime, with its data in the folder. */
export function manifestOf(name: string, folder: string, { config, entry, beside }: TestPluginOptions): unknown {
  const plugin = { ...entry, ...(config === undefined ? {} : { config }) };
  return {
    core: {
      system: { name: "test", environment: "test", data_dir: folder },
      api_gateway: { plugins: { [KIT_PLUGIN]: {}, ...beside, [name]: plugin } },
    },
  };
}
