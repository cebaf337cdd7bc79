import { join } from "node:path";
import {
  type AdminRoute,
  config,
  type HealthCheck,
  InfrastructurePlugin,
  perConsumer,
  type PluginMetadata,
  runtimeLog,
} from "../../mod.ts";
import { busConfig, type BusConfig } from "./config.ts";
import { BusConnection } from "./connection.ts";
import { ConsumerBus } from "./consumer_bus.ts";
import { messageBus } from "./contract.ts";
import type { Broker, BusEngine, Endpoints, RefusedAttempt } from "./engine.ts";
import { engineFor } from "./engine_choice.ts";
import { healthDetail } from "./health_detail.ts";
import { LogForwarder } from "./log_forwarder.ts";
import type { Peer } from "./peers/peer.ts";
import { PeerKeeper } from "./peers/peer_keeper.ts";
import { peerRoutes } from "./peers/peer_routes.ts";
import { Requests } from "./requests.ts";

const DEADLINE_MS = 5_000;
const LINGER_MS = 1_000;
/** A frame may be this many times the largest message before its sender is cut off, so that most are counted. */
const FRAME_FACTOR = 4;

/** Runs the broker, provides `message_bus`, and sends the runtime's own log over it. */
export default class MessageBusPlugin extends InfrastructurePlugin<BusConfig> {
  static override readonly metadata: PluginMetadata<BusConfig> = {
    name: "Message Bus",
    version: "1.0.0",
    description: "ZeroMQ broker, and the bus between plugins and programs",
    requires: [config, runtimeLog],
    provides: [messageBus],
    config: busConfig,
  };
  #peers!: PeerKeeper;
  #broker!: Broker;
  #connection!: BusConnection;
  #forwarder!: LogForwarder;

  override async start(): Promise<void> {
    const engine = engineFor(this.config.engine, this.clock);
    this.#peers = await this.#readPeers();
    this.#broker = await this.#startBroker(engine);
    this.#connection = await this.#connect(engine);
    this.#forwarder = this.#forwardLog();
    const connection = this.#connection;
    const broker = this.#broker;
    const requests = new Requests(connection, this.clock);
    this.provideService(
      messageBus,
      perConsumer(
        (consumer) => new ConsumerBus(connection, requests, consumer, this.#peers.plugin(consumer.name, broker)),
      ),
    );
    this.log.info("The broker listens.", { ...this.#broker.endpoints });
  }

  override healthCheck(): HealthCheck {
    const detail = healthDetail(this.#broker, this.#connection, this.#peers);
    return {
      status: this.#broker.alive && this.#connection.alive ? "healthy" : "unhealthy",
      detail: { ...detail, log: this.#forwarder.counters },
    };
  }

  override adminRoutes(): readonly AdminRoute[] {
    return peerRoutes(this.#peers, this.#broker);
  }

  #readPeers(): Promise<PeerKeeper> {
    const { name, dataDir } = this.requireService(config);
    return PeerKeeper.open({ config: this.config, dataDir, reserved: [name, this.name], log: this.log });
  }

  async #startBroker(engine: BusEngine): Promise<Broker> {
    const broker = await engine.startBroker({
      host: this.config.host,
      publishPort: this.config.publish_port,
      subscribePort: this.config.subscribe_port,
      highWaterMark: this.config.high_water_mark,
      maxFrameBytes: FRAME_FACTOR * this.config.max_message_bytes,
      maxConnections: this.config.max_connections,
      peers: this.#peers.table,
      onOwnFault: (error) => this.log.local.error("A connection of the bus was cut by a fault of our own.", { error }),
      onRefusal: (peer, attempt, topic) => this.#reportRefusal(peer, attempt, topic),
      ...(this.config.ipc ? { ipc: socketsIn(this.requireService(config).dataDir) } : {}),
    });
    // A late result of a start that timed out is released at once: own() sees to that.
    this.own(() => broker.close());
    return broker;
  }

  async #connect(engine: BusEngine): Promise<BusConnection> {
    const highWaterMark = this.config.high_water_mark;
    const connection = await BusConnection.open((receiver) => this.#broker.attach({ highWaterMark }, receiver), {
      engine,
      clock: this.clock,
      source: this.name,
      maxMessageBytes: this.config.max_message_bytes,
      highWaterMark,
      deadlineMs: DEADLINE_MS,
      onFailure: (pattern, error, failures) => this.#reportFailure(pattern, error, failures),
    });
    this.own(() => connection.close(LINGER_MS));
    return connection;
  }

  #forwardLog(): LogForwarder {
    const { name } = this.requireService(config);
    const forwarder = this.own(new LogForwarder(this.#connection, name, this.log));
    this.own(this.requireService(runtimeLog).follow((record) => forwarder.take(record)));
    return forwarder;
  }

  /** Once for each kind: a foreign program cannot be told, so whoever runs it looks here. */
  #reportRefusal({ name }: Peer, attempt: RefusedAttempt, topic: string): void {
    const what = { publish: "publish on", subscribe: "subscribe to", sign: "publish in another's name on" }[attempt];
    const message = `The peer "${name}" tried to ${what} ${JSON.stringify(topic)}, and may not. Further attempts are only counted.`;
    this.log.warning(message, { peer: name, attempt, topic });
  }

  /** At the 1st, 10th, 100th failure and so on; and locally, for the subscriber may be the one that stores logs. */
  #reportFailure(pattern: string, error: unknown, failures: number): void {
    if (!/^10*$/.test(String(failures))) return;
    this.log.local.error(`A subscriber of ${pattern} failed.`, { pattern, failures, error });
  }
}

/** Where programs of the same user connect without a port. */
function socketsIn(dataDir: string): Endpoints {
  return {
    publish: `ipc://${join(dataDir, "bus_publish.sock")}`,
    subscribe: `ipc://${join(dataDir, "bus_subscribe.sock")}`,
  };
}
