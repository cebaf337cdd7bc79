import type { BackplaneError } from "./errors.ts";
import type { PluginFailure } from "./plugin_failure.ts";
import type { PluginPhase, ServiceState } from "./state.ts";

/** A phase that takes long, and who waits for it. */
export interface SlowPhase {
  readonly plugin: string;
  readonly phase: PluginPhase;
  readonly elapsedMs: number;
  readonly deadlineMs: number;
  /** The first ten who wait for the plugin to settle, its direct dependents before the others. */
  readonly waiting: readonly string[];
  /** How many wait altogether. */
  readonly waitingCount: number;
  /** How many requests are inside, while it drains. */
  readonly requests: number | undefined;
}

/** Everything that happens in the runtime, as plain data. Times are milliseconds since the Unix epoch. */
export type RuntimeEvent =
  | { readonly type: "runtime_starting"; readonly time: number; readonly plugins: number }
  | {
      readonly type: "runtime_started";
      readonly time: number;
      readonly durationMs: number;
      /** How many the manifest has. */
      readonly plugins: number;
      /** Of plugins that failed by themselves, with those they block. */
      readonly failures: readonly PluginFailure[];
    }
  | { readonly type: "runtime_stopping"; readonly time: number; readonly reason: string }
  | {
      readonly type: "runtime_stopped";
      readonly time: number;
      readonly durationMs: number;
      readonly abandoned: readonly string[];
    }
  | {
      readonly type: "plugin_state";
      readonly time: number;
      readonly plugin: string;
      readonly from: ServiceState;
      readonly to: ServiceState;
      /** How long the state left behind lasted. */
      readonly durationMs: number;
      readonly error?: BackplaneError | undefined;
      readonly blockedBy?: readonly string[] | undefined;
    }
  | {
      readonly type: "plugins_slow";
      readonly time: number;
      /** Those that began first, first; at most ten. */
      readonly slow: readonly SlowPhase[];
      /** How many more are slow. */
      readonly others: number;
    }
  | {
      readonly type: "plugin_problem";
      readonly time: number;
      readonly plugin: string;
      readonly phase: PluginPhase;
      readonly error: BackplaneError;
    }
  | {
      readonly type: "gateway_composed";
      readonly time: number;
      readonly routes: number;
      readonly missing: readonly string[];
    }
  | { readonly type: "gateway_listening"; readonly time: number; readonly url: string }
  | {
      /** It stops, and requests keep it from closing. */
      readonly type: "gateway_draining";
      readonly time: number;
      /** How many are not answered to their end. */
      readonly requests: number;
      /** The first ten of them, oldest first, as `GET /api/v1/logs`, without the query. */
      readonly waiting: readonly string[];
      /** After this time those that are left are cut off. */
      readonly leftMs: number;
    }
  | {
      readonly type: "gateway_closed";
      readonly time: number;
      /** How many requests were cut off. */
      readonly cut: number;
    };

/** Called with each event, in order; it only watches. */
export type RuntimeListener = (event: RuntimeEvent) => void;

/** Calls who only watches: what it throws or rejects must not change what it watches. */
export function callWatcher<T>(watcher: (value: T) => unknown, value: T): void {
  try {
    const result = watcher(value);
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // Nobody waits for it.
  }
}

/** Hands events to listeners in order of arrival. What a listener throws or rejects is ignored. */
export class RuntimeEvents {
  readonly #listeners = new Set<RuntimeListener>();

  /** False while nobody listens: then building the event can be saved. */
  get observed(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns its undo */
  on(listener: RuntimeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) callWatcher(listener, event);
  }
}
