import type { Clock } from "../../mod.ts";

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  readonly signals?: readonly AbortSignal[];
  readonly onTimeout: () => Error;
}

/** The promise's outcome; rejects when it takes too long, or with the reason of a signal that aborts. Leaves no timer behind. */
export function inTime<T>(promise: Promise<T>, deadline: Deadline): Promise<T> {
  const { clock, ms, signals = [], onTimeout } = deadline;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => settle(() => reject(signals.find(({ aborted }) => aborted)?.reason as Error));
    const timer = clock.setTimeout(() => settle(() => reject(onTimeout())), ms, { keepAlive: true });
    const settle = (finish: () => void): void => {
      timer[Symbol.dispose]();
      for (const signal of signals) signal.removeEventListener("abort", abort);
      finish();
    };
    // First of all, so that a late rejection never goes unhandled.
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signals.some(({ aborted }) => aborted)) abort();
    else for (const signal of signals) signal.addEventListener("abort", abort, { once: true });
  });
}
