import type { Socket } from "node:net";
import type { Clock } from "../../../mod.ts";
import { assertPort } from "../engine_address.ts";
import { type Broker, type BrokerCounters, type BrokerOptions, type Endpoints, isLoopback } from "../engine.ts";
import type { Peer } from "../peers/peer.ts";
import { Admission } from "./admission.ts";
import { BrokerConnection, type BrokerShared, type Door } from "./broker_connection.ts";
import { Exchange } from "./exchange.ts";
import { Listener } from "./listener.ts";
import { LocalLink } from "./local_link.ts";
import { ProtocolError, type ProtocolFault } from "./protocol_error.ts";
import { Refusals } from "./refusals.ts";
import { SharedRoom } from "./shared_room.ts";
import { TurnQueue } from "./turn_queue.ts";

const TICK_MS = 500;
const MAX_CONNECTIONS = 4_096;
/** Of one subscriber's queue, whatever the number of its messages. */
const HIGH_WATER_BYTES = 268_435_456;
/** Of all queues together, and of all messages whose ends have not come. */
const OUTGOING_BYTES = 1_073_741_824;
const INCOMING_BYTES = 536_870_912;
/** What a message may have besides its largest frame: a topic, and headers. */
const TOPIC_ROOM = 1_024;

/** All of BrokerOptions but where it listens. */
type BrokerLimits = Omit<BrokerOptions, "host" | "publishPort" | "subscribePort" | "ipc">;

/** The broker, on sockets of this process. It decodes no message, and holds every program to its rights. */
export class ZmtpBroker implements Broker {
  readonly #clock: Clock;
  readonly #exchange = new Exchange();
  readonly #turns = new TurnQueue();
  readonly #admission: Admission;
  readonly #shared: BrokerShared;
  readonly #maxConnections: number;
  readonly #connections = new Set<BrokerConnection>();
  readonly #links = new Set<LocalLink>();
  readonly #faults: Partial<Record<ProtocolFault, number>> = {};
  #listeners: Listener[] = [];
  #turnedAway = 0;
  #timer: Disposable | undefined;
  #alive = true;
  #closed: Promise<void> | undefined;

  /** Listens nowhere: only links from inside the process reach it. */
  constructor(options: BrokerLimits, clock: Clock) {
    this.#clock = clock;
    this.#admission = new Admission(options.peers);
    this.#maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#shared = {
      exchange: this.#exchange,
      admission: this.#admission,
      highWaterMark: options.highWaterMark,
      highWaterBytes: HIGH_WATER_BYTES,
      maxMessageBytes: options.maxFrameBytes + TOPIC_ROOM,
      assertRoomFor: (peer) => this.#assertRoomFor(peer),
      outgoingRoom: new SharedRoom(options.outgoingBytes ?? OUTGOING_BYTES),
      incomingRoom: new SharedRoom(options.incomingBytes ?? INCOMING_BYTES),
      refusals: new Refusals(options.onRefusal),
      onOwnFault: options.onOwnFault,
      onClose: (connection, fault) => this.#left(connection, fault),
    };
  }

  /** @throws BUS_PORT_IN_USE, BUS_BIND_FAILED */
  static async listen(options: BrokerOptions, clock: Clock): Promise<ZmtpBroker> {
    const broker = new ZmtpBroker(options, clock);
    try {
      await broker.#listen(options);
    } catch (error) {
      await broker.close();
      throw error;
    }
    return broker;
  }

  get endpoints(): Endpoints {
    const [publish, subscribe] = this.#listeners;
    return { publish: publish?.endpoint ?? "", subscribe: subscribe?.endpoint ?? "" };
  }

  get alive(): boolean {
    return this.#alive;
  }

  get counters(): BrokerCounters {
    const faults = { ...this.#faults };
    return { connections: this.#connections.size, turnedAway: this.#turnedAway, faults };
  }

  attach(...[options, receiver]: Parameters<Broker["attach"]>): LocalLink {
    const link = new LocalLink(options, receiver, {
      peer: this.#admission.everybody,
      exchange: this.#exchange,
      turns: this.#turns,
      onClose: () => this.#links.delete(link),
    });
    this.#links.add(link);
    return link;
  }

  connectionsOf(peer: Peer): number {
    return this.#of(peer).length;
  }

  disconnect(peer: Peer): number {
    const connections = this.#of(peer);
    for (const { session } of connections) session.cut();
    return connections.length;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #listen({ host, publishPort, subscribePort, ipc }: BrokerOptions): Promise<void> {
    assertPort(publishPort, "publish_port");
    assertPort(subscribePort, "subscribe_port");
    const local = isLoopback(host);
    this.#admission.assertSafe(host, local);
    const listeners = this.#listeners;
    listeners.push(await Listener.tcp(host, publishPort, "publish_port", this.#at("XSUB", local)));
    listeners.push(await Listener.tcp(host, subscribePort, "subscribe_port", this.#at("XPUB", local)));
    if (ipc === undefined) return;
    listeners.push(await Listener.ipc(ipc.publish, this.#at("XSUB", true)));
    listeners.push(await Listener.ipc(ipc.subscribe, this.#at("XPUB", true)));
  }

  #at(socketType: Door["socketType"], local: boolean): (socket: Socket) => void {
    const door = { socketType, mechanisms: this.#admission.mechanisms(socketType, local) };
    return (socket) => this.#accept(socket, door);
  }

  #of(peer: Peer): readonly BrokerConnection[] {
    return Array.from(this.#connections).filter((connection) => connection.peer === peer);
  }

  #accept(socket: Socket, door: Door): void {
    if (!this.#alive || (this.#connections.size >= this.#maxConnections && !this.#makeRoom())) {
      this.#turnedAway += 1;
      socket.on("error", () => undefined);
      socket.destroy();
      return;
    }
    this.#connections.add(new BrokerConnection(socket, door, this.#shared, this.#clock.monotonic()));
    this.#timer ??= this.#clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Cuts who has been longest without telling who it is: a flood of such keeps nobody out who does. */
  #makeRoom(): boolean {
    for (const { session } of this.#connections) {
      if (session.ready) continue;
      session.cut("crowded");
      return true;
    }
    return false;
  }

  /** No peer fills the place alone: of all the keyless ones, or of one key, there is room for others. */
  #assertRoomFor(peer: Peer): void {
    if (!this.#admission.keepsRights || this.connectionsOf(peer) < this.#maxConnections / 2) return;
    throw new ProtocolError("crowded", `${peer.name} has half of all connections`);
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    for (const { session } of this.#connections) session.tick(now);
    this.#timer = this.#connections.size > 0 ? this.#clock.setTimeout(() => this.#tick(), TICK_MS) : undefined;
  }

  #left(connection: BrokerConnection, fault: ProtocolFault | undefined): void {
    this.#connections.delete(connection);
    if (fault !== undefined) this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  async #close(): Promise<void> {
    this.#alive = false;
    this.#timer?.[Symbol.dispose]();
    for (const { session } of this.#connections) session.cut();
    // A receiver is called from the event loop, never from inside a call.
    await Promise.resolve();
    for (const link of this.#links) link.lose(this.#exchange.prefixes());
    this.#links.clear();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }
}
