import type { ActiveRuntime } from "./active_runtime.ts";
import { type AttributedPlugin, Attributor } from "./attribution.ts";
import { BackplaneError, reasonOf } from "./errors.ts";
import type { RuntimeLogger } from "./log/runtime_logger.ts";
import type { Suspect } from "./suspect.ts";

/** Errors that no one caught: finds the plugin each belongs to, and makes it that plugin's failure. */
export class StrayErrors {
  readonly #log: RuntimeLogger;
  readonly #imported: AttributedPlugin[] = [];
  /** What escaped from modules before anything was started, by plugin: these count as not loaded. */
  readonly duringImport: Map<string, BackplaneError> = new Map();

  constructor(log: RuntimeLogger) {
    this.#log = log;
  }

  /** A module is about to be imported; from now on errors can come from it. */
  importing(name: string, root: string): void {
    this.#imported.push({ name, root });
  }

  /** @param active undefined before the plugins are started */
  suspect(error: unknown, active: ActiveRuntime | undefined): Suspect | undefined {
    const suspect = active?.attributor.suspect(error);
    if (suspect !== undefined) {
      const { plugin, evidence } = suspect;
      const runs = active?.lifecycle.nodes.get(plugin)?.run !== undefined;
      return { plugin, certainty: runs || evidence === "certain" ? evidence : "ended" };
    }
    const imported = this.#importedBy(error);
    if (imported === undefined) return undefined;
    return { plugin: imported, certainty: active === undefined ? "importing" : "ended" };
  }

  /**
   * Puts the plugin that an error belongs to in `error`; one that does not run only has it logged.
   * @param active undefined before the plugins are started
   * @returns false when no plugin can be blamed
   */
  blame(error: unknown, active: ActiveRuntime | undefined): boolean {
    const plugin = this.suspect(error, active)?.plugin;
    if (plugin === undefined) return false;
    const node = active?.lifecycle.nodes.get(plugin);
    const stray = strayError(plugin, error);
    if (active !== undefined && node?.run !== undefined) {
      active.lifecycle.fail(node, stray);
      return true;
    }
    this.#log.logger("plugin", plugin).error(stray.message, { code: stray.code, cause: error });
    if (active === undefined) this.duringImport.set(plugin, stray);
    return true;
  }

  /** For modules that were not loaded, or are not yet. */
  #importedBy(error: unknown): string | undefined {
    const attributor = new Attributor({ followContext: false });
    attributor.know(this.#imported, () => false);
    return attributor.suspect(error)?.plugin;
  }
}

function strayError(plugin: string, error: unknown): BackplaneError {
  return new BackplaneError(
    "PLUGIN_STRAY_ERROR",
    `Cannot go on running plugin "${plugin}": an error escaped from it: ${reasonOf(error)}.`,
    { remedy: "Await or catch in the plugin what can fail; then start it again.", cause: error },
  );
}
