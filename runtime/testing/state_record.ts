import { setTimeout as realTimeout } from "node:timers";
import { BackplaneError } from "../errors.ts";
import type { ServiceState } from "../state.ts";

interface Waiting {
  readonly state: ServiceState;
  readonly reached: () => void;
}

const TIMEOUT_MS = 4_000;

/** The states a plugin has gone through, and who waits for one. */
export class StateRecord {
  readonly entered: ServiceState[] = ["registered"];
  readonly #timeoutMs: number;
  readonly #waiting = new Set<Waiting>();

  constructor(timeoutMs: number = TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  enter(state: ServiceState): void {
    this.entered.push(state);
    for (const waiting of this.#waiting) if (waiting.state === state) waiting.reached();
  }

  get present(): ServiceState {
    return this.entered.at(-1)!;
  }

  /** Resolves at once in that state, or when it is next entered. @throws TEST_EXPECTATION_FAILED after real time */
  until(state: ServiceState): Promise<void> {
    if (this.present === state) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        state,
        reached: () => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const timer = realTimeout(() => {
        this.#waiting.delete(waiting);
        reject(this.#notReached(state));
      }, this.#timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  #notReached(state: ServiceState): BackplaneError {
    const message = `Cannot find the plugin in state "${state}" within ${this.#timeoutMs} ms of real time. It was: ${this.entered.join(", ")}.`;
    return new BackplaneError("TEST_EXPECTATION_FAILED", message, {
      remedy: "Look at what start() answers and at test.log; advance the test's clock if a phase waits for it.",
      details: { state, states: [...this.entered] },
    });
  }
}
