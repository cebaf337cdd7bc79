import type { Clock } from "../clock.ts";
import type { PluginPhase, RuntimeEvents } from "../events.ts";

const EVERY_MS = 5_000;

/** A phase that is being awaited. */
export interface PhaseInFlight {
  readonly plugin: string;
  readonly phase: PluginPhase;
  /** On the monotonic clock. */
  readonly began: number;
}

export interface SlowWatchOptions {
  readonly inFlight: ReadonlyMap<string, PhaseInFlight>;
  /** Who waits for this plugin to settle. */
  readonly waitingFor: (plugin: string) => readonly string[];
  readonly clock: Clock;
  readonly events: RuntimeEvents;
}

/** While a phase takes long, tells every five seconds what waits for what. */
export class SlowWatch {
  readonly #options: SlowWatchOptions;
  #timer: Disposable | undefined;

  constructor(options: SlowWatchOptions) {
    this.#options = options;
  }

  /** To be called when phases may have begun or ended: the watch runs while there are any. */
  look(): void {
    if (this.#options.inFlight.size === 0) this.end();
    else this.#timer ??= this.#options.clock.setTimeout(() => this.#tell(), EVERY_MS);
  }

  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #tell(): void {
    this.#timer = undefined;
    const { clock, events, inFlight, waitingFor } = this.#options;
    const now = clock.monotonic();
    for (const { plugin, phase, began } of inFlight.values()) {
      const elapsedMs = now - began;
      if (elapsedMs < EVERY_MS) continue;
      events.emit({ type: "plugin_slow", time: clock.now(), plugin, phase, elapsedMs, waiting: waitingFor(plugin) });
    }
    this.look();
  }
}
