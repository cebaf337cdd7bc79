import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Logger } from "../../mod.ts";
import type { LogStore } from "./store.ts";

/** Each step holds the event loop for some milliseconds. */
const STEP_ROWS = 500;
const EVERY_MS = 60_000;
const ALL = Number.MAX_SAFE_INTEGER;

export interface RetentionLimits {
  /** How long after its arrival an entry is kept. */
  readonly ageMs: number;
  /** What the whole database may use. */
  readonly bytes: number;
}

/**
 * Deletes the oldest entries, small steps at a time, until both limits hold.
 * @returns how many it deleted
 */
export async function applyRetention(
  store: Pick<LogStore, "deleteOldest" | "usedBytes">,
  limits: RetentionLimits,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const isTooBig = (await store.usedBytes()) > limits.bytes;
    const step = await store.deleteOldest(STEP_ROWS, isTooBig ? ALL : clock.now() - limits.ageMs);
    if (step === 0) break;
    deleted += step;
    await nextTurn();
  }
  return deleted;
}

export interface RetentionKeeperOptions {
  readonly store: Pick<LogStore, "deleteOldest" | "usedBytes">;
  readonly limits: RetentionLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Applies retention at once and then every minute, until it is disposed of. A failure is logged when it is a new one. */
export class RetentionKeeper {
  readonly #options: RetentionKeeperOptions;
  readonly #stop = new AbortController();
  #timer: Disposable | undefined;
  #running: Promise<void>;
  #failure: string | undefined;

  constructor(options: RetentionKeeperOptions) {
    this.#options = options;
    this.#running = this.#sweep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.[Symbol.dispose]();
    await this.#running;
  }

  async #sweep(): Promise<void> {
    const { store, limits, clock, log } = this.#options;
    const { signal } = this.#stop;
    try {
      await applyRetention(store, limits, { clock, signal });
      this.#failure = undefined;
    } catch (error) {
      const failure = String(error);
      if (failure !== this.#failure) log.error("Cannot delete old log entries.", { error });
      this.#failure = failure;
    }
    if (signal.aborted) return;
    this.#timer = clock.setTimeout(() => {
      this.#running = this.#sweep();
    }, EVERY_MS);
  }
}
