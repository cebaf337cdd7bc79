import { serviceKey, type ServiceKey } from "../../mod.ts";

export { logEntry, type LogEntry, type LogEntryLevel } from "../../schemas/log_entry.ts";

/** How values of one protobuf type become bytes and back. */
export interface MessageType<T> {
  /** Full protobuf name, for example `aico.core.LogEntry`. */
  readonly name: string;
  encode(value: T): Uint8Array;
  /** Throws on bytes that are not such a message. */
  decode(bytes: Uint8Array): T;
  /**
   * True: `decode` changes no bytes, and what it returns holds none of them. Then it reads the message where it lies.
   * Default: it gets a copy of its own.
   */
  readonly detached?: boolean;
}

/** A message as it came from the broker. */
export interface BusMessage {
  readonly topic: string;
  /** A UUID. */
  readonly id: string;
  /** Milliseconds since the Unix epoch by the sender's clock; 0 when it did not say. */
  readonly time: number;
  /** Who sent it, by its own account: whether that is verified is in `counters().sourceVerified`. */
  readonly source: string;
  /** Full protobuf name of the payload; empty when there is none. */
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The payload's bytes: the subscriber's own, the same at each call. */
  payload(): Uint8Array;
  /**
   * The payload as a value of `type`.
   * @throws BUS_MESSAGE_INVALID when it is of another type or does not decode
   */
  decode<T>(type: MessageType<T>): T;
}

export interface PublishOptions {
  /** Travel with the message, but for the names of the bus's own: `epoch`, `seq`, `end`, `correlation_id`, `reply_to`, `error`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface SubscribeOptions {
  /** How many messages may wait for a slow handler before more are dropped and counted. Default 10,000. */
  readonly queueLimit?: number;
  /** How many calls of an asynchronous handler may be under way. Default 1: in order; for respond 64. */
  readonly concurrency?: number;
}

export interface RequestOptions {
  /** Default 5,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Accepts an answer of several types of messages where each value is of the type beside it. */
type Fitting<Answer> = [Answer] extends [Each<Answer>] ? unknown : never;
type Each<Answer> = Answer extends { readonly type: MessageType<infer T> } ? Reply<T> : never;

/** What a responder answers with. */
export interface Reply<T> {
  readonly type: MessageType<T>;
  readonly value: NoInfer<T>;
  /** As PublishOptions.attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface SubscriptionCounters {
  /** Handed to the handler. */
  readonly delivered: number;
  /** Came while the queue was full. */
  readonly dropped: number;
  /** Calls of the handler that threw or rejected. */
  readonly failed: number;
  /** Waiting for the handler now. */
  readonly queued: number;
}

/** Closing it is its subscriber's; it closes by itself when the subscriber's run ends. */
export interface Subscription extends AsyncDisposable {
  readonly pattern: string;
  readonly counters: SubscriptionCounters;
  /** Stops calling the handler at once; what waits is dropped. */
  close(): Promise<void>;
}

/** Why a message was dropped. */
export type DropReason = "malformed" | "too_large" | "invalid_topic" | "queue_full" | "not_a_request";

/** What one client of the bus has seen, since it began. Plain data. */
export interface BusCounters {
  readonly engine: string;
  readonly sourceVerified: boolean;
  /** Handed to the broker. */
  readonly published: number;
  /** Published while nobody subscribed to their topic: not sent. */
  readonly unheard: number;
  /** Came from the broker, well-formed and of a topic that somebody here subscribes to. */
  readonly received: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Sent by publishers that number their messages, and never seen here. */
  readonly gaps: number;
  readonly handlerFailures: number;
  readonly subscriptions: number;
}

/** The bus as one consumer sees it: it publishes under its own name, its handlers run as itself. */
export interface MessageBus {
  /**
   * Resolves once the message is on its way to the broker; when nobody subscribes to the topic, once that is certain
   * (the message is then counted as unheard).
   * @throws BUS_TOPIC_INVALID, BUS_MESSAGE_INVALID, BUS_MESSAGE_TOO_LARGE, BUS_FORBIDDEN, BUS_UNREACHABLE, BUS_CLOSED
   */
  publish<T>(topic: string, type: MessageType<T>, value: T, options?: PublishOptions): Promise<void>;
  /**
   * Calls `handler` with each message of a matching topic. Resolves once that holds at the broker: what is published
   * from then on arrives. A handler that throws is counted and logged; others are not affected.
   * @throws BUS_PATTERN_INVALID, BUS_FORBIDDEN, BUS_UNREACHABLE, BUS_CLOSED
   */
  subscribe(
    pattern: string,
    handler: (message: BusMessage) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /**
   * Publishes and waits for the first answer.
   * @throws BUS_REQUEST_TIMEOUT when none comes in time
   * @throws BUS_REQUEST_FAILED when the responder failed or there is none
   * @throws the signal's reason when it aborts; and what publish throws
   */
  request<T>(topic: string, type: MessageType<T>, value: T, options?: RequestOptions): Promise<BusMessage>;
  /**
   * Answers requests of a matching topic with what `handler` returns, of one type of message or of several; what it throws
   * reaches the caller as a message.
   * @throws BUS_PATTERN_INVALID, BUS_FORBIDDEN, BUS_UNREACHABLE, BUS_CLOSED
   */
  respond<Answer extends Reply<unknown> | Promise<Reply<unknown>>>(
    pattern: string,
    handler: (message: BusMessage) => Answer & Fitting<Awaited<Answer>>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  respond<T>(
    pattern: string,
    handler: (message: BusMessage) => Reply<T> | Promise<Reply<T>>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /**
   * Resolves once the broker has handled all that was published here before, and all that it held for the subscriptions
   * here has been handed to their queues: before a last subscription is closed, nothing is then on its way.
   * @throws BUS_UNREACHABLE, BUS_CLOSED
   */
  flush(): Promise<void>;
  counters(): BusCounters;
}

/** The `message_bus` service; each consumer gets a bus of its own. */
export const messageBus: ServiceKey<MessageBus> = serviceKey<MessageBus>("message_bus", "1.0.0");
