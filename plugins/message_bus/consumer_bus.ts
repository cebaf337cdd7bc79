import { setMaxListeners } from "node:events";
import type { ServiceConsumer } from "../../mod.ts";
import { busClosed } from "./bus_errors.ts";
import type { BusConnection, DeliverOptions } from "./connection.ts";
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
} from "./contract.ts";
import { foreignAttributes, type Outgoing, payloadOf } from "./outbox.ts";
import type { Peer } from "./peers/peer.ts";
import { assertMayPublish, assertMaySubscribe } from "./peers/permission.ts";
import type { Requests } from "./requests.ts";

/**
 * The bus as one consumer has it: publishes under the consumer's name, runs its handlers as the consumer, and closes
 * its subscriptions when its run ends. Publishing still works then, for a last word. It is held to its rights, where
 * rights are kept.
 */
export class ConsumerBus implements MessageBus {
  readonly #connection: BusConnection;
  readonly #requests: Requests;
  readonly #consumer: ServiceConsumer;
  readonly #peer: Peer | undefined;
  readonly #subscriptions = new Set<Subscription>();
  readonly #sent = Promise.resolve();

  /** @param peer whose rights it has and who is charged; undefined: no rights are kept */
  constructor(connection: BusConnection, requests: Requests, consumer: ServiceConsumer, peer?: Peer) {
    this.#connection = connection;
    this.#requests = requests;
    this.#consumer = consumer;
    this.#peer = peer;
    // Every request under way listens to it.
    setMaxListeners(0, consumer.signal);
    // Not when the signal aborts: a consumer may drain in its stop() what has come for it.
    consumer.own(() => this.#closeAll());
  }

  /** Not an async function, which would make a promise for each message; one is enough for all that are sent at once. */
  publish<T>(topic: string, type: MessageType<T>, value: T, options?: PublishOptions): Promise<void> {
    try {
      const sent = this.#connection.publishNow(this.#outgoing(topic, type, value, options));
      return typeof sent === "boolean" ? this.#sent : sent.then(() => undefined);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  subscribe(
    pattern: string,
    handler: (message: BusMessage) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    return this.#keep(pattern, options, (kept) =>
      this.#connection.subscribe(pattern, this.#consumer.bind(handler), kept),
    );
  }

  async request<T>(topic: string, type: MessageType<T>, value: T, options: RequestOptions = {}): Promise<BusMessage> {
    return this.#requests.request(this.#outgoing(topic, type, value), options, this.#consumer.signal);
  }

  respond<T>(
    pattern: string,
    handler: (message: BusMessage) => Reply<T> | Promise<Reply<T>>,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    const consumer = this.#consumer;
    return this.#keep(pattern, options, (kept) =>
      this.#requests.respond(pattern, consumer.name, consumer.bind(handler), kept),
    );
  }

  flush(): Promise<void> {
    return this.#connection.flush();
  }

  counters(): BusCounters {
    return this.#connection.counters();
  }

  #outgoing<T>(topic: string, type: MessageType<T>, value: T, options: PublishOptions = {}): Outgoing {
    const source = this.#consumer.name;
    const peer = this.#peer;
    if (peer !== undefined) assertMayPublish(peer, source, topic);
    const payload = payloadOf(type, value);
    return { source, topic, payload, peer, attributes: foreignAttributes(options.attributes) };
  }

  async #keep(
    pattern: string,
    options: SubscribeOptions | undefined,
    subscribe: (options: DeliverOptions) => Promise<Subscription>,
  ): Promise<Subscription> {
    const { signal } = this.#consumer;
    if (signal.aborted) throw busClosed();
    const peer = this.#peer;
    if (peer !== undefined) assertMaySubscribe(peer, pattern);
    let subscription: Subscription | undefined;
    // Also when it fails, and then there is none yet.
    const onClose = (): void => {
      if (subscription !== undefined) this.#subscriptions.delete(subscription);
    };
    subscription = await subscribe({ ...options, peer, onClose });
    this.#subscriptions.add(subscription);
    if (!signal.aborted) return subscription;
    await subscription.close();
    throw busClosed();
  }

  async #closeAll(): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription.close();
  }
}
