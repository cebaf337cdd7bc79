import type { TestContext } from "node:test";
import { type BusClient, type BusClientOptions, connectBus } from "../../../plugins/message_bus/client.ts";
import { BusConnection, type ConnectionOptions } from "../../../plugins/message_bus/connection.ts";
import type { LogEntry } from "../../../plugins/message_bus/contract.ts";
import type { Broker, BrokerOptions, BusEngine } from "../../../plugins/message_bus/engine.ts";
import { systemClock } from "../../../runtime/clock.ts";

type Hooks = Pick<TestContext, "after">;

export const MAX_BYTES = 1_048_576;
export const line: LogEntry = { time: 1_700_000_000_000, level: "info", subsystem: "s", module: "m", message: "hello" };

/** A real broker on free ports; its clients are closed before it. */
export class TestBroker {
  readonly broker: Broker;
  readonly engine: BusEngine;
  readonly #clients: { close(lingerMs?: number): Promise<void> }[] = [];

  constructor(broker: Broker, engine: BusEngine) {
    this.broker = broker;
    this.engine = engine;
  }

  get ports(): { readonly publishPort: number; readonly subscribePort: number } {
    const { publish, subscribe } = this.broker.endpoints;
    return { publishPort: portOf(publish), subscribePort: portOf(subscribe) };
  }

  /** How a client finds it. */
  get client(): BusClientOptions {
    return { source: "test", clock: systemClock, engine: this.engine, ...this.ports };
  }

  /** A client that comes over the broker's address, as another process would. */
  async connect(options: Partial<BusClientOptions> = {}): Promise<BusClient> {
    const client = await connectBus({ ...this.client, ...options });
    this.#clients.push(client);
    return client;
  }

  /** A connection from inside the broker's process. */
  async attach(options: Partial<ConnectionOptions> = {}): Promise<BusConnection> {
    const { highWaterMark = 100_000 } = options;
    const connection = await BusConnection.open((receiver) => this.broker.attach({ highWaterMark }, receiver), {
      engine: this.engine,
      clock: systemClock,
      source: "message_bus",
      maxMessageBytes: MAX_BYTES,
      highWaterMark,
      deadlineMs: 5_000,
      onFailure: () => undefined,
      ...options,
    });
    this.#clients.push(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close(100);
    await this.broker.close();
  }
}

/** Started, and closed when the test has ended. */
type StartBroker = (context: Hooks, options?: Partial<BrokerOptions>, engine?: BusEngine) => Promise<TestBroker>;

/** Brokers of an engine; each has an engine of its own unless the test gives one. */
export function brokersOn(makeEngine: () => BusEngine): StartBroker {
  return async (context, options = {}, engine = makeEngine()) => {
    const broker = await engine.startBroker({
      host: "127.0.0.1",
      publishPort: 0,
      subscribePort: 0,
      highWaterMark: 100_000,
      maxFrameBytes: 4 * MAX_BYTES,
      ...options,
    });
    const started = new TestBroker(broker, engine);
    context.after(() => started.close());
    return started;
  };
}

function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));
}

/** Collects what a handler gets, and waits for a number of them. */
export class Collector<T> {
  readonly items: T[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  readonly take = (item: T): void => {
    this.items.push(item);
    if (this.#waiting !== undefined && this.items.length >= this.#waiting.count) this.#waiting.resolve();
  };

  async until(count: number): Promise<T[]> {
    if (this.items.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting = { count, resolve };
      });
    }
    return this.items;
  }
}
