import type { Peer, Peers } from "./peers/peer.ts";
import type { RightsSettings } from "./peers/rights.ts";

/** Which engine carries the bus. */
export type EngineName = "zmtp" | "native";

/** Where a broker listens, as ZeroMQ spells it: `tcp://127.0.0.1:5555`. */
export interface Endpoints {
  /** Publishers connect here. */
  readonly publish: string;
  /** Subscribers connect here. */
  readonly subscribe: string;
}

/** Whether a broker may listen here: an address of this machine alone, and no name that somebody may redirect. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1)$/.test(host);
}

/** What a program tried and may not: publish or subscribe a topic, or publish under a name that is not its own. */
export type RefusedAttempt = "publish" | "subscribe" | "sign";

export interface BrokerOptions {
  /** A loopback address; another one only where the engine holds peers to their keys and `peers` has a secret key. */
  readonly host: string;
  /** 0-65535; 0: any free one. */
  readonly publishPort: number;
  readonly subscribePort: number;
  /** Messages the broker holds for each peer before it drops that peer's. */
  readonly highWaterMark: number;
  /** A peer that sends a frame larger than this is disconnected. */
  readonly maxFrameBytes: number;
  /** Connections at a time, of both ports together; further ones are closed at once and counted. Default 4,096. */
  readonly maxConnections?: number;
  /** Bytes that may wait for all peers together; each may have as many as are free. Default 1 GiB. */
  readonly outgoingBytes?: number;
  /** Bytes of messages from all peers together whose ends have not come; so too. Default 512 MiB. */
  readonly incomingBytes?: number;
  /** Who may connect and do what. Default: anybody everything. An engine that knows no peers ignores it. */
  readonly peers?: Peers;
  /** Paths of sockets in the file system to listen at as well, for programs of this user. Default: none. */
  readonly ipc?: Endpoints;
  /** A fault of the engine's own cut a connection. Default: it is only counted, as `internal`. */
  readonly onOwnFault?: (error: unknown) => void;
  /** A peer tried what its rights do not allow; told of the first attempt of each kind. The topic is the stranger's word. */
  readonly onRefusal?: (peer: Peer, attempt: RefusedAttempt, topic: string) => void;
}

export interface LinkOptions {
  /** Messages that may wait on either side before the link says it is full. */
  readonly highWaterMark: number;
  /** Who is known to the broker by a key. Default: nobody, and the broker may know the link as `anonymous`. */
  readonly curve?: CurveIdentity;
}

/** Keys of 32 bytes each (RFC 26). */
export interface CurveIdentity {
  readonly secretKey: Uint8Array;
  /** The broker's public key: only who has its secret is talked to. */
  readonly serverKey: Uint8Array;
}

/** The broker's word to a client about itself. */
export interface Standing extends RightsSettings {
  /** The name under which the broker knows it. */
  readonly peer: string;
}

/** What a link tells its client. Called from the event loop, one call at a time; must not throw. */
export interface LinkReceiver {
  /**
   * A message of two frames, in the order of its publisher. The topic's bytes come as Latin-1, whatever they are; of
   * what is longer than any topic, at least the first 256. The envelope does not change any more, but is shared with other receivers and may be a view of something larger: it is
   * not to be changed, and copied if it is kept for long.
   */
  onMessage(topic: string, envelope: Uint8Array): void;
  /** A message of any other number of frames. */
  onMalformed(): void;
  /** Somebody began (or the last one ceased) to subscribe topics with this prefix, in the order of the broker. */
  onInterest(prefix: string, active: boolean): void;
  /** What the broker lets this client do; before the first onInterest. Never called where the engine knows no peers. */
  onStanding(standing: Standing): void;
}

/**
 * A client's way to one broker and back: a publisher that sees what is subscribed, and a subscriber. It reconnects by
 * itself; while there is no broker, nothing is subscribed.
 *
 * What a client may hold on to: subscriptions reach the broker in the order of the calls; when the broker has one, it
 * tells every publisher; and it does so in the same order to each. See Interest.
 */
export interface Link {
  /** False once it is closed or broken; without a broker it still waits for one. */
  readonly alive: boolean;
  /** True while as much waits as may: then await `drained()` before the next `send`. */
  readonly full: boolean;
  /** Takes a copy of the message at once; messages leave in the order of the calls. Ignored once closed. */
  send(topic: string, envelope: Uint8Array): void;
  /** Resolves when what was sent so far has left, or the link closes. */
  drained(): Promise<void>;
  subscribe(prefix: string): void;
  unsubscribe(prefix: string): void;
  /** Sends what is queued, at most for `lingerMs`; releases the sockets. Safe to call twice. */
  close(lingerMs: number): Promise<void>;
}

/** What a broker has seen of its connections. Plain data. */
export interface BrokerCounters {
  readonly connections: number;
  /** Closed at once, for there were as many as may be. */
  readonly turnedAway: number;
  /** Cut because the other side broke the rules, by kind. */
  readonly faults: Readonly<Record<string, number>>;
}

/** A running broker: it forwards by topic and never decodes. Who started it closes it. */
export interface Broker {
  /** With the ports that were really taken. */
  readonly endpoints: Endpoints;
  /** False once it has ended, whatever ended it. */
  readonly alive: boolean;
  /** A link from inside the process. Close it before the broker. */
  attach(options: LinkOptions, receiver: LinkReceiver): Link;
  /** Undefined where the engine does not know. */
  readonly counters: BrokerCounters | undefined;
  /** How many connections a peer has; a client has two. */
  connectionsOf(peer: Peer): number;
  /** Cuts the connections of a peer; it does not keep it from coming back. @returns how many there were */
  disconnect(peer: Peer): number;
  /** Resolves once the ports are free. Safe to call twice. */
  close(): Promise<void>;
}

/** How messages travel. Choosing one loads nothing; its libraries are loaded by the first broker or link. */
export interface BusEngine {
  readonly name: EngineName;
  /** True where the broker knows the peer behind each message and holds `source` to it. */
  readonly verifiesSource: boolean;
  /** @throws BUS_ENGINE_UNSUPPORTED, BUS_PORT_IN_USE, BUS_BIND_FAILED */
  startBroker(options: BrokerOptions): Promise<Broker>;
  /** Resolves at once; that there is a broker shows in what arrives. @throws BUS_ENGINE_UNSUPPORTED */
  connect(endpoints: Endpoints, options: LinkOptions, receiver: LinkReceiver): Promise<Link>;
}
