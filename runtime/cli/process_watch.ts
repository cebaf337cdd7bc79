import process from "node:process";

/** What ends a program from outside: SIGHUP is a terminal that closes. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
export type EndSignal = (typeof SIGNALS)[number];

/**
 * A package manager hands on the Ctrl-C that the terminal has sent to its child already: the same signal again within
 * this time is the same key press.
 */
const SAME_PRESS_MS = 500;
const EXIT_SECOND_SIGNAL = 130;

type StrayListener = (error: unknown) => void;

/** The process's own events: signals, and errors that nobody caught. The command line makes one. */
export class ProcessWatch {
  #onStray: StrayListener;

  /** @param onStray called with each stray error until a command takes over */
  constructor(onStray: StrayListener) {
    this.#onStray = onStray;
    process.on("uncaughtException", (error) => this.#onStray(error));
    process.on("unhandledRejection", (error) => this.#onStray(error));
  }

  /** From now on stray errors are offered to `take`; one it does not take goes where all went before. */
  offerStrays(take: (error: unknown) => boolean, otherwise: StrayListener = this.#onStray): void {
    this.#onStray = (error) => {
      if (!take(error)) otherwise(error);
    };
  }

  /** Calls with the first signal to end; a second one ends the process at once, with 130. */
  onEnd(listener: (signal: EndSignal) => void): void {
    let first: { readonly signal: EndSignal; readonly at: number } | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const at = performance.now();
        if (first === undefined) {
          first = { signal, at };
          listener(signal);
        } else if (signal !== first.signal || at - first.at > SAME_PRESS_MS) {
          process.exit(EXIT_SECOND_SIGNAL);
        }
      });
    }
  }

  /** A signal that aborts at the first signal to end. */
  endSignal(): AbortSignal {
    const controller = new AbortController();
    this.onEnd(() => controller.abort());
    return controller.signal;
  }
}
