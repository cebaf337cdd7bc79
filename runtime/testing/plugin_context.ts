import type { Clock } from "../clock.ts";
import { BackplaneError, type Fault } from "../errors.ts";
import { checkPluginClass } from "../loader/plugin_class.ts";
import type { HostService } from "../options.ts";
import type { BasePlugin, PluginContext, PluginMetadata } from "../plugin.ts";
import { checkContextOptions } from "./check_options.ts";
import { ManualClock } from "./manual_clock.ts";
import { nameOf, type PluginConstructor } from "./test_options.ts";
import { BarePlugin, type PluginContextOptions, UnitContext } from "./unit_context.ts";

/** A plugin class whose settings have this type. */
export interface ConfiguredClass<Config> {
  new (context: PluginContext<Config>): BasePlugin<Config>;
  readonly metadata: PluginMetadata;
}

/**
 * The context that a plugin is constructed with, for unit tests of the plugin or of a part of it, without a runtime.
 *
 * ```ts
 * await using context = pluginContext(Greeter, { config: { greeting: "Hi" } });
 * const greeter = new Greeter(context);
 * await greeter.start();
 * ```
 * @throws TEST_OPTIONS_INVALID, and as the loader for what is no plugin class: PLUGIN_NOT_A_PLUGIN, PLUGIN_NO_METADATA
 */
export function pluginContext<Config = unknown, TestClock extends Clock = ManualClock>(
  pluginClass?: ConfiguredClass<Config>,
  options: PluginContextOptions<TestClock> = {},
): UnitContext<Config, TestClock> {
  checkContextOptions(options);
  const { services = [], clock = new ManualClock() as unknown as TestClock } = options;
  const given = (pluginClass ?? BarePlugin) as unknown as PluginConstructor;
  const name = nameOf(given, options.name === undefined ? {} : { name: options.name });
  const made = checkPluginClass(name, given);
  const metadata = pluginClass === undefined ? listing(services) : made.metadata;
  const config = checked(metadata, options.config) as Config;
  return new UnitContext({ name, pluginClass: made, metadata, config, services, clock });
}

/** Nobody says what a part of a plugin may use: all that there is. */
function listing(services: readonly HostService[]): PluginMetadata {
  const keys = services.map(({ key }) => key);
  return { ...BarePlugin.metadata, requires: keys, optional: keys };
}

/** The settings as the plugin sees them; without a schema as they are given. */
function checked({ config: schema }: PluginMetadata, given: unknown = {}): unknown {
  if (schema === undefined) return given;
  const result = schema["~standard"].validate(given);
  if (result instanceof Promise) {
    throw invalid("its config schema is asynchronous", "Test it with testPlugin(), which waits for it.");
  }
  if (result.issues === undefined) return result.value;
  const faults = result.issues.map(({ message, path = [] }): Fault => {
    const keys = path.map((part) => (typeof part === "object" ? part.key : part));
    const shown = keys.map((key) => (typeof key === "symbol" ? String(key) : key));
    return { code: "PLUGIN_CONFIG_INVALID", path: ["config", ...shown], message, remedy: "Correct options.config." };
  });
  throw invalid(`its config schema refuses options.config: ${faults[0]!.message}`, "Correct options.config.", faults);
}

function invalid(what: string, remedy: string, faults: readonly Fault[] = []): BackplaneError {
  return new BackplaneError("TEST_OPTIONS_INVALID", `Cannot make a context: ${what}.`, { remedy, faults });
}
