import { BackplaneError } from "../errors.ts";
import type { BasePlugin, PluginClass, PluginContext } from "../plugin.ts";
import { checkPluginClass } from "./plugin_class.ts";

/** Makes a new instance for each run. */
export type PluginFactory = (context: PluginContext<never>) => BasePlugin<never>;

/** Plugin classes that come from code instead of from modules, by their name in the manifest. */
export class PluginRegistry {
  readonly #classes = new Map<string, PluginClass>();

  /**
   * @throws PLUGIN_ALREADY_REGISTERED for a second class of that name, PLUGIN_NOT_A_PLUGIN, PLUGIN_CONTRACT_VERSION,
   * PLUGIN_NO_METADATA or PLUGIN_METADATA_INVALID for a stranger
   */
  register(name: string, candidate: unknown): void {
    if (this.#classes.has(name)) {
      throw new BackplaneError("PLUGIN_ALREADY_REGISTERED", `Cannot register plugin "${name}": the name is taken.`, {
        remedy: "Register each class under a name of its own.",
      });
    }
    this.#classes.set(name, checkPluginClass(name, candidate));
  }

  get(name: string): PluginClass | undefined {
    return this.#classes.get(name);
  }

  get names(): readonly string[] {
    return [...this.#classes.keys()];
  }

  /** @throws PLUGIN_UNKNOWN */
  createFactory(name: string): PluginFactory {
    const pluginClass = this.#classes.get(name);
    if (pluginClass === undefined) {
      throw new BackplaneError("PLUGIN_UNKNOWN", `Cannot make plugin "${name}": no class of that name is registered.`, {
        remedy: `Register it first; there are: ${this.names.join(", ") || "none"}.`,
      });
    }
    return (context) => new pluginClass(context);
  }
}
