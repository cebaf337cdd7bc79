import type { Clock } from "../clock.ts";
import type { BasePlugin, HealthCheck, PluginContext } from "../plugin.ts";
import type { PluginConstructor, Stage, StagedPhase } from "./test_options.ts";

/** Waits on the test's clock, until the test ends. */
export class Delays {
  readonly #waiting = new Set<() => void>();
  #ended = false;

  async wait(clock: Clock, ms: number): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(goOn, ms);
      const waiting = this.#waiting;
      waiting.add(goOn);
      function goOn(): void {
        timer[Symbol.dispose]();
        waiting.delete(goOn);
        resolve();
      }
    });
  }

  /** Nobody waits any more, now or later. */
  end(): void {
    this.#ended = true;
    for (const goOn of this.#waiting) goOn();
  }
}

export interface StagingOptions {
  readonly phases: Readonly<Partial<Record<StagedPhase, Stage>>>;
  readonly delays: Delays;
  /** Told of the instance of each run. */
  readonly onConstruct: (plugin: BasePlugin) => void;
}

/** The class, with its phases as slow and as faulty as the test says. What the test does not name is untouched. */
export function stagedClass(pluginClass: PluginConstructor, options: StagingOptions): PluginConstructor {
  const { phases, delays, onConstruct } = options;
  const staged = <T>(plugin: BasePlugin, phase: StagedPhase, call: () => T | Promise<T>): T | Promise<T> => {
    const stage = phases[phase];
    return stage === undefined ? call() : play(stage, plugin, call);
  };
  async function play<T>(stage: Stage, plugin: BasePlugin, call: () => T | Promise<T>): Promise<T> {
    if (stage.delayMs !== undefined) await delays.wait(plugin.clock, stage.delayMs);
    const result = await call();
    if ("error" in stage) throw stage.error;
    return result;
  }
  class Staged extends pluginClass {
    constructor(context: PluginContext<never>) {
      super(context);
      onConstruct(this);
      if (phases.healthCheck === undefined) return;
      const own = super.healthCheck?.bind(this) ?? ((): HealthCheck => ({ status: "healthy" }));
      this.healthCheck = () => staged(this, "healthCheck", own);
    }
    override initialize(): void | Promise<void> {
      return staged(this, "initialize", () => super.initialize());
    }
    override start(): void | Promise<void> {
      return staged(this, "start", () => super.start());
    }
    override stop(): void | Promise<void> {
      return staged(this, "stop", () => super.stop());
    }
  }
  Object.defineProperty(Staged, "name", { value: pluginClass.name });
  return Staged;
}
