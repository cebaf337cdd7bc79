import { type Clock, type PerConsumer, perConsumer, type ServiceConsumer } from "../../mod.ts";
import { BusConnection } from "./connection.ts";
import { ConsumerBus } from "./consumer_bus.ts";
import type { BusMessage, MessageBus } from "./contract.ts";
import type { Broker } from "./engine.ts";
import { readEnvelope } from "./envelope/message.ts";
import { Requests } from "./requests.ts";
import { parsePattern, type TopicPattern } from "./topic.ts";
import { ZmtpBroker } from "./zmtp/zmtp_broker.ts";

export { parsePattern, type TopicPattern };

export interface MemoryBusOptions {
  readonly clock: Clock;
  /** Told of each message that the service's consumers publish, in order, heard by anybody or not. */
  readonly onPublish: (message: BusMessage) => void;
  /** A handler of a consumer of the service threw or rejected. */
  readonly onFailure: (pattern: string, error: unknown) => void;
}

/** Nobody comes from outside, so everybody is who he says. */
const ENGINE = { name: "zmtp", verifiesSource: true };
const LIMITS = {
  engine: ENGINE,
  source: "message_bus",
  maxMessageBytes: 1_048_576,
  highWaterMark: 100_000,
  deadlineMs: 5_000,
};
const BROKER = {
  highWaterMark: 100_000,
  maxFrameBytes: 4_194_304,
};

/**
 * The message bus without sockets and without waiting, for tests: the ordinary connection, queues and counters over a
 * broker that listens nowhere. Plugins share one connection, as in a running system; whoever watches has another.
 */
export class MemoryBus implements AsyncDisposable {
  /** What stands behind the key `message_bus`. */
  readonly service: PerConsumer<MessageBus>;
  readonly #broker: Broker;
  readonly #plugins: BusConnection;
  readonly #outside: BusConnection;
  readonly #clock: Clock;

  private constructor(broker: Broker, plugins: BusConnection, outside: BusConnection, clock: Clock) {
    this.#broker = broker;
    this.#plugins = plugins;
    this.#outside = outside;
    this.#clock = clock;
    const requests = new Requests(plugins, clock);
    this.service = perConsumer((consumer) => new ConsumerBus(plugins, requests, consumer));
  }

  static async open({ clock, onPublish, onFailure }: MemoryBusOptions): Promise<MemoryBus> {
    const broker = new ZmtpBroker(BROKER, clock);
    const observe = (topic: string, envelope: Uint8Array): void => {
      const message = readEnvelope(topic, new Uint8Array(envelope));
      if (message !== undefined) onPublish(message);
    };
    const plugins = await connect(broker, { clock, onFailure, observe, ...LIMITS });
    const outside = await connect(broker, { clock, onFailure: () => undefined, ...LIMITS });
    return new MemoryBus(broker, plugins, outside, clock);
  }

  /** A bus for another program, as it were. */
  outside(consumer: ServiceConsumer): MessageBus {
    return new ConsumerBus(this.#outside, new Requests(this.#outside, this.#clock), consumer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#plugins.close(0);
    await this.#outside.close(0);
    await this.#broker.close();
  }
}

async function connect(broker: Broker, options: Parameters<typeof BusConnection.open>[1]): Promise<BusConnection> {
  const { highWaterMark } = options;
  return BusConnection.open((receiver) => broker.attach({ highWaterMark }, receiver), options);
}
