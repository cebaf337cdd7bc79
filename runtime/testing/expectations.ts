import { setTimeout as realTimeout } from "node:timers";
import type { BusMessage } from "../../plugins/message_bus/contract.ts";
import type { TopicPattern } from "../../plugins/message_bus/memory_bus.ts";
import type { Clock } from "../clock.ts";
import { BackplaneError, reasonOf } from "../errors.ts";

/** A handler of the plugin's that threw or rejected. */
export interface HandlerFailure {
  readonly pattern: string;
  readonly error: unknown;
}

/** Which message `expect()` waits for, and how long. */
export interface ExpectOptions {
  /** Only a message of which this holds. */
  readonly where?: (message: BusMessage) => boolean;
  /** How long it may take on the test's clock. Default: no limit, for that clock stands still. */
  readonly withinMs?: number;
  /**
   * How long it may take in real time, so that a test which would never end fails with a reason. Default: what
   * `testPlugin()` was told, or 4,000.
   */
  readonly timeoutMs?: number;
}

interface Expected extends ExpectOptions {
  readonly topics: TopicPattern;
  readonly count: number;
  readonly found: BusMessage[];
  readonly resolve: (messages: readonly BusMessage[]) => void;
  readonly fail: (why: string) => void;
}

const TIMEOUT_MS = 4_000;
const SHOWN = 20;

/** What the plugin published, and who waits for what of it. */
export class Expectations {
  readonly recorded: BusMessage[] = [];
  readonly #clock: Clock;
  readonly #failures: readonly HandlerFailure[];
  readonly #timeoutMs: number;
  /** Recorded and not yet answered to anybody. */
  #open: BusMessage[] = [];
  readonly #expected = new Set<Expected>();

  constructor(clock: Clock, failures: readonly HandlerFailure[], timeoutMs: number = TIMEOUT_MS) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#failures = failures;
  }

  record(message: BusMessage): void {
    this.recorded.push(message);
    for (const expected of this.#expected) if (this.#offer(expected, message)) return;
    this.#open.push(message);
  }

  expect(topics: TopicPattern, count: number, options: ExpectOptions): Promise<readonly BusMessage[]> {
    return new Promise((resolve, reject) => {
      const timers: Disposable[] = [];
      const settle = (finish: () => void): void => {
        for (const timer of timers) timer[Symbol.dispose]();
        this.#expected.delete(expected);
        finish();
      };
      const expected: Expected = {
        ...options,
        topics,
        count,
        found: [],
        resolve: (messages) => settle(() => resolve(messages)),
        fail: (why) => settle(() => reject(this.#failure(expected, why))),
      };
      this.#expected.add(expected);
      this.#open = this.#open.filter((message) => expected.found.length >= count || !this.#offer(expected, message));
      if (expected.found.length < count) timers.push(...this.#deadlines(expected));
    });
  }

  /** Whoever still waits gets an error. */
  end(): void {
    for (const expected of this.#expected) expected.fail("the test ended");
  }

  /** Whether it was waited for. What `where` throws is the expectation's failure. */
  #offer(expected: Expected, message: BusMessage): boolean {
    const { topics, where, found, count } = expected;
    if (!topics.matches(message.topic)) return false;
    try {
      if (where !== undefined && !where(message)) return false;
    } catch (error) {
      expected.fail(`where() failed: ${reasonOf(error)}`);
      return false;
    }
    found.push(message);
    if (found.length === count) expected.resolve(found);
    return true;
  }

  #deadlines(expected: Expected): Disposable[] {
    const { withinMs, timeoutMs = this.#timeoutMs } = expected;
    const real = realTimeout(() => expected.fail(`none came within ${timeoutMs} ms of real time`), timeoutMs);
    const timers: Disposable[] = [{ [Symbol.dispose]: () => clearTimeout(real) }];
    if (withinMs !== undefined) {
      const late = (): void => expected.fail(`none came within ${withinMs} ms of the test's clock`);
      timers.push(this.#clock.setTimeout(late, withinMs));
    }
    return timers;
  }

  #failure({ topics, count, found, where }: Expected, why: string): BackplaneError {
    const wanted = `${count === 1 ? "a message" : `${count} messages`} on ${topics.text}`;
    const condition = where === undefined ? "" : " of which the condition holds";
    const came = count === 1 ? "" : `; ${found.length} came`;
    const message = `Cannot find ${wanted}${condition}: ${why}${came}. ${this.#published()}${this.#failed()}`;
    return new BackplaneError("TEST_EXPECTATION_FAILED", message, {
      remedy: "Advance the test's clock if the plugin publishes at a time; look at test.log and test.bus.published.",
      details: { pattern: topics.text, count, published: this.recorded.map(({ topic }) => topic) },
    });
  }

  #published(): string {
    if (this.recorded.length === 0) return "The plugin published nothing.";
    const shown = this.recorded.slice(-SHOWN).map(({ topic }) => topic);
    const more = this.recorded.length - shown.length;
    return `The plugin published: ${more > 0 ? `(${more} more) ` : ""}${shown.join(", ")}.`;
  }

  #failed(): string {
    const last = this.#failures.at(-1);
    return last === undefined ? "" : ` Its subscriber of ${last.pattern} failed: ${reasonOf(last.error)}.`;
  }
}
