import type { Clock } from "../../mod.ts";
import { requestFailed, requestTimedOut } from "./bus_errors.ts";
import type { BusMessage, Reply, RequestOptions, Subscription } from "./contract.ts";
import type { BusConnection, DeliverOptions } from "./connection.ts";
import { assertMayPublish } from "./peers/permission.ts";
import { inTime } from "./deadline.ts";
import { foreignAttributes, type Outgoing, payloadOf } from "./outbox.ts";
import { isInternal, isTopic } from "./topic.ts";

const TIMEOUT_MS = 5_000;
const CONCURRENCY = 64;

/** Requests and replies over a connection, matched by `correlation_id`. */
export class Requests {
  readonly #connection: BusConnection;
  readonly #clock: Clock;
  readonly #pending = new Map<string, (reply: BusMessage) => void>();
  readonly #replyTopic: string;
  #replies: Promise<Subscription> | undefined;

  constructor(connection: BusConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    // Not the connection's id, which every publisher is told: who guesses this one could listen to the answers.
    this.#replyTopic = `_reply.${crypto.randomUUID()}`;
  }

  /** @param ended of whoever asks; not joined with the caller's signal, for Node 20 keeps what AbortSignal.any() made */
  async request(message: Outgoing, options: RequestOptions, ended: AbortSignal): Promise<BusMessage> {
    const signals = options.signal === undefined ? [ended] : [ended, options.signal];
    for (const signal of signals) signal.throwIfAborted();
    await this.#subscribed();
    const id = crypto.randomUUID();
    const { timeoutMs = TIMEOUT_MS } = options;
    const answered = new Promise<BusMessage>((resolve) => this.#pending.set(id, resolve));
    const attributes = { ...message.attributes, correlation_id: id, reply_to: this.#replyTopic };
    const exchange = this.#connection.publish({ ...message, attributes }).then((heard) => {
      if (!heard) throw requestFailed(message.topic, "nobody answers on that topic");
      return answered;
    });
    try {
      const onTimeout = (): Error => requestTimedOut(message.topic, timeoutMs);
      const reply = await inTime(exchange, { clock: this.#clock, ms: timeoutMs, signals, onTimeout });
      const problem = reply.attributes["error"];
      if (problem !== undefined) throw requestFailed(message.topic, problem);
      return reply;
    } finally {
      this.#pending.delete(id);
    }
  }

  respond<T>(
    pattern: string,
    source: string,
    handler: (message: BusMessage) => Reply<T> | Promise<Reply<T>>,
    options: DeliverOptions = {},
  ): Promise<Subscription> {
    const answer = (request: BusMessage): void | Promise<void> => {
      const { correlation_id: id, reply_to: topic } = request.attributes;
      if (id === undefined || topic === undefined || !isTopic(topic) || isInternal(topic)) {
        return this.#connection.drop("not_a_request");
      }
      if (options.peer !== undefined) assertMayPublish(options.peer, source, topic);
      return this.#answer({ source, topic, peer: options.peer }, id, async () => handler(request));
    };
    return this.#connection.subscribe(pattern, answer, { concurrency: CONCURRENCY, ...options });
  }

  async #answer<T>(address: Omit<Outgoing, "attributes">, id: string, handle: () => Promise<Reply<T>>): Promise<void> {
    let outgoing: Outgoing;
    try {
      const reply = await handle();
      const attributes = { ...foreignAttributes(reply.attributes), correlation_id: id };
      outgoing = { ...address, attributes, payload: payloadOf(reply.type, reply.value) };
    } catch (error) {
      const attributes = { correlation_id: id, error: error instanceof Error ? error.message : String(error) };
      await this.#connection.publish({ ...address, attributes });
      // The subscription counts and logs it as its handler's.
      throw error;
    }
    await this.#connection.publish(outgoing);
  }

  async #subscribed(): Promise<void> {
    this.#replies ??= this.#connection.subscribe(this.#replyTopic, (reply) =>
      this.#pending.get(reply.attributes["correlation_id"] ?? "")?.(reply),
    );
    try {
      await this.#replies;
    } catch (error) {
      this.#replies = undefined;
      throw error;
    }
  }
}
