import type { Clock } from "../clock.ts";
import type { RuntimeEvents, SlowPhase } from "../events.ts";
import type { PluginPhase } from "../state.ts";

const EVERY_MS = 5_000;
/** Of many that are slow at once those that began first are told; the rest is a number. */
const PHASES_TOLD = 10;

/** A phase that is being awaited. */
export interface PhaseInFlight {
  readonly plugin: string;
  readonly phase: PluginPhase;
  /** On the monotonic clock. */
  readonly began: number;
  readonly deadlineMs: number;
  /** While it drains. */
  readonly requests?: { readonly count: number } | undefined;
}

export interface SlowWatchOptions {
  /** In the order in which they began. */
  readonly inFlight: ReadonlyMap<string, PhaseInFlight>;
  /** Who waits for this plugin to settle. */
  readonly waitingFor: (plugin: string) => Pick<SlowPhase, "waiting" | "waitingCount">;
  readonly clock: Clock;
  readonly events: RuntimeEvents;
}

/** While phases take long, tells every five seconds what waits for what: all that is slow in one event. */
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
    const { clock, events, inFlight } = this.#options;
    const now = clock.monotonic();
    const slow = [...inFlight.values()].filter(({ began }) => now - began >= EVERY_MS);
    if (slow.length > 0) {
      const told = slow.slice(0, PHASES_TOLD).map((phase) => this.#describe(phase, now));
      events.emit({ type: "plugins_slow", time: clock.now(), slow: told, others: slow.length - told.length });
    }
    this.look();
  }

  #describe({ plugin, phase, began, deadlineMs, requests }: PhaseInFlight, now: number): SlowPhase {
    const { waiting, waitingCount } = this.#options.waitingFor(plugin);
    const elapsedMs = now - began;
    return { plugin, phase, elapsedMs, deadlineMs, waiting, waitingCount, requests: requests?.count };
  }
}
