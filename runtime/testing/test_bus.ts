import type {
  BusCounters,
  BusMessage,
  MessageBus,
  MessageType,
  PublishOptions,
  Reply,
  RequestOptions,
  SubscribeOptions,
  Subscription,
} from "../../plugins/message_bus/contract.ts";
import { MemoryBus, parsePattern } from "../../plugins/message_bus/memory_bus.ts";
import type { Clock } from "../clock.ts";
import { BackplaneError } from "../errors.ts";
import type { PerConsumer } from "../plugin.ts";
import type { BusAbsence } from "./bus_absence.ts";
import { checkExpectOptions } from "./check_options.ts";
import { Expectations, type ExpectOptions, type HandlerFailure } from "./expectations.ts";
import type { Patience } from "./patience.ts";

export interface TestBusOptions {
  readonly clock: Clock;
  /** For requests, whose replies may wait for the clock. */
  readonly patience: Patience;
  /** How long `expect()` waits in real time when it is not told. */
  readonly timeoutMs: number | undefined;
  /** Why this is not the plugin's bus, if it is not. */
  readonly absence: () => BusAbsence | undefined;
  /** @throws TEST_NOT_STARTED when nobody could hear what is sent */
  readonly assertStarted: (what: string) => void;
}

/**
 * The test's own end of the bus: it publishes under the name "test", as another program would. What the plugin
 * publishes is on record, whether anybody subscribes to it or not.
 */
export class TestBus implements MessageBus {
  readonly #options: TestBusOptions;
  readonly #expectations: Expectations;
  readonly #failures: HandlerFailure[] = [];
  readonly #ended = new AbortController();
  #opening: Promise<MemoryBus> | undefined;
  #own: MessageBus | undefined;

  constructor(options: TestBusOptions) {
    this.#options = options;
    this.#expectations = new Expectations(options.clock, this.#failures, options.timeoutMs);
  }

  /** Everything the plugin has published so far, in order. `expect()` takes nothing away from it. */
  get published(): readonly BusMessage[] {
    return this.#expectations.recorded;
  }

  /** Calls of the plugin's handlers that failed. */
  get failures(): readonly HandlerFailure[] {
    return this.#failures;
  }

  /**
   * The next message that the plugin publishes, or has published, on a matching topic: each message is answered once,
   * the oldest first. It waits for one that has not come yet; on the test's clock only if `withinMs` says so.
   * @throws TEST_EXPECTATION_FAILED which names what the plugin did publish; BUS_PATTERN_INVALID
   */
  expect(pattern: string, options?: ExpectOptions & { readonly count?: undefined }): Promise<BusMessage>;
  /** The next `count` messages. */
  expect(pattern: string, options: ExpectOptions & { readonly count: number }): Promise<readonly BusMessage[]>;
  async expect(
    pattern: string,
    options: ExpectOptions & { readonly count?: number | undefined } = {},
  ): Promise<BusMessage | readonly BusMessage[]> {
    this.#assertPresent("expect a message");
    checkExpectOptions(options);
    const topics = parsePattern(pattern);
    if (options.count !== undefined) return this.#expectations.expect(topics, options.count, options);
    const [message] = await this.#expectations.expect(topics, 1, options);
    return message!;
  }

  /** @throws TEST_NOT_STARTED before `start()`: nobody would hear it */
  async publish<T>(topic: string, type: MessageType<T>, value: T, options?: PublishOptions): Promise<void> {
    await (await this.#toPlugin("publish")).publish(topic, type, value, options);
  }

  async subscribe(
    pattern: string,
    handler: (message: BusMessage) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    return (await this.#present("subscribe")).subscribe(pattern, handler, options);
  }

  /** @throws TEST_NOT_STARTED before `start()`: nobody would answer it */
  async request<T>(topic: string, type: MessageType<T>, value: T, options?: RequestOptions): Promise<BusMessage> {
    const bus = await this.#toPlugin("send a request");
    return this.#options.patience.wait("bus.request()", bus.request(topic, type, value, options));
  }

  async respond<T>(
    pattern: string,
    handler: (message: BusMessage) => Reply<T> | Promise<Reply<T>>,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    return (await this.#present("respond")).respond(pattern, handler, options);
  }

  async flush(): Promise<void> {
    await (await this.#present("flush")).flush();
  }

  /** Of the test's own end. @throws TEST_NOT_STARTED before anything was sent or started */
  counters(): BusCounters {
    if (this.#own !== undefined) return this.#own.counters();
    throw new BackplaneError("TEST_NOT_STARTED", "Cannot count on the bus of the test: it is not open yet.", {
      remedy: "Await start(), or publish or subscribe first.",
    });
  }

  /** For the kit: what the plugin gets under the key `message_bus`. */
  async service(): Promise<PerConsumer<MessageBus>> {
    await this.#bus();
    return (await this.#opening!).service;
  }

  /** For the kit, at the end of the test. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#expectations.end();
    await (await this.#opening)?.[Symbol.asyncDispose]();
  }

  async #toPlugin(what: string): Promise<MessageBus> {
    this.#assertPresent(what);
    this.#options.assertStarted(what);
    return this.#bus();
  }

  async #present(what: string): Promise<MessageBus> {
    this.#assertPresent(what);
    return this.#bus();
  }

  #assertPresent(what: string): void {
    const absence = this.#options.absence();
    if (absence === undefined) return;
    const message = `Cannot ${what} on the bus of the test: ${absence.why}.`;
    throw new BackplaneError("TEST_OPTIONS_INVALID", message, { remedy: absence.remedy });
  }

  async #bus(): Promise<MessageBus> {
    this.#opening ??= MemoryBus.open({
      clock: this.#options.clock,
      onPublish: (message) => this.#expectations.record(message),
      onFailure: (pattern, error) => this.#failures.push({ pattern, error }),
    });
    const bus = await this.#opening;
    this.#own ??= bus.outside({
      name: "test",
      signal: this.#ended.signal,
      own: (resource) => resource,
      bind: (callback) => callback,
    });
    return this.#own;
  }
}
