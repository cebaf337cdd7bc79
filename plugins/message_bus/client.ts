import type { Clock, ServiceConsumer } from "../../mod.ts";
import { BusConnection } from "./connection.ts";
import { ConsumerBus } from "./consumer_bus.ts";
import type { MessageBus } from "./contract.ts";
import { addressOf } from "./engine_address.ts";
import type { BusEngine, CurveIdentity, LinkOptions } from "./engine.ts";
import { assertMayPublish } from "./peers/permission.ts";
import { Requests } from "./requests.ts";
import { assertTopic } from "./topic.ts";
import { zmtpEngine } from "./zmtp/zmtp_engine.ts";

export { cliIdentity } from "./peers/bus_keys.ts";
export { ANONYMOUS, CLI } from "./peers/peer.ts";
export type { ProgramKey } from "./peers/peer_register.ts";
export { PeerRegister } from "./peers/peer_register.ts";
export { assertTopic, parsePattern } from "./topic.ts";

export interface BusClientOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 5555. */
  readonly publishPort?: number;
  /** Default 5556. */
  readonly subscribePort?: number;
  /** Who publishes. */
  readonly source: string;
  readonly clock: Clock;
  /** How long to wait for a broker. Default 5,000. */
  readonly deadlineMs?: number;
  /** Messages that may wait for each peer. Default 100,000. */
  readonly highWaterMark?: number;
  /** The broker's limit: larger messages are refused here already, and dropped when they come. Default 1,048,576. */
  readonly maxMessageBytes?: number;
  /** Default: our own. */
  readonly engine?: BusEngine;
  /** The keys by which the broker knows this client and this client the broker. Default: none, it is `anonymous`. */
  readonly curve?: CurveIdentity;
  /** A handler threw or rejected. Default: only counted. */
  readonly onFailure?: (pattern: string, error: unknown) => void;
}

/** A bus of one's own in another process than the broker's. Closing it is its owner's. */
export interface BusClient extends MessageBus, AsyncDisposable {
  /**
   * Whether somebody subscribes to the topic, now or within `graceMs`. A message published to a topic without a
   * subscriber is not sent but counted as unheard.
   * @throws BUS_FORBIDDEN for a topic that this client may not publish on; BUS_TOPIC_INVALID, BUS_UNREACHABLE, BUS_CLOSED
   */
  waitForSubscriber(topic: string, graceMs: number): Promise<boolean>;
  /** How often the broker was there and is gone: what was sent just before may never have arrived. */
  readonly breaks: number;
  /** Flushes for at most two seconds, then releases everything. Safe to call twice. */
  close(): Promise<void>;
}

const LINGER_MS = 2_000;
const HIGH_WATER_MARK = 100_000;
const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * Connects to a running broker.
 * @throws BUS_UNREACHABLE when none answers within `deadlineMs`
 * @throws BUS_ENGINE_UNSUPPORTED where the engine cannot run
 */
export async function connectBus(options: BusClientOptions): Promise<BusClient> {
  const { host = "127.0.0.1", publishPort = 5555, subscribePort = 5556, clock } = options;
  const engine = options.engine ?? zmtpEngine(clock);
  const endpoints = { publish: addressOf(host, publishPort), subscribe: addressOf(host, subscribePort) };
  const highWaterMark = options.highWaterMark ?? HIGH_WATER_MARK;
  const link: LinkOptions = options.curve === undefined ? { highWaterMark } : { highWaterMark, curve: options.curve };
  const connect = engine.connect.bind(engine, endpoints, link);
  const connection = await BusConnection.open(connect, {
    engine,
    clock,
    maxMessageBytes: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
    highWaterMark,
    source: options.source,
    deadlineMs: options.deadlineMs ?? 5_000,
    onFailure: options.onFailure ?? (() => undefined),
  });
  return new ConnectedClient(connection, options.source, clock);
}

class ConnectedClient extends ConsumerBus implements BusClient {
  readonly #connection: BusConnection;
  readonly #name: string;
  readonly #ended: AbortController;

  constructor(connection: BusConnection, name: string, clock: Clock) {
    const ended = new AbortController();
    const consumer: ServiceConsumer = {
      name,
      signal: ended.signal,
      own: (resource) => resource,
      bind: (callback) => callback,
    };
    super(connection, new Requests(connection, clock), consumer, connection.peer);
    this.#connection = connection;
    this.#name = name;
    this.#ended = ended;
  }

  get breaks(): number {
    return this.#connection.interest.breaks;
  }

  async waitForSubscriber(topic: string, graceMs: number): Promise<boolean> {
    // A client is not told who subscribes what it may not publish: it would wait in vain.
    assertMayPublish(this.#connection.peer, this.#name, topic);
    assertTopic(topic);
    return this.#connection.waitForSubscriber(topic, graceMs);
  }

  async close(): Promise<void> {
    await this.#connection.close(LINGER_MS);
    this.#ended.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
