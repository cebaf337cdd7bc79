import type { Socket } from "node:net";
import type { Peer } from "../peers/peer.ts";
import type { Admission } from "./admission.ts";
import { propertyOf } from "./command.ts";
import type { Exchange } from "./exchange.ts";
import type { Mechanism } from "./mechanism.ts";
import type { ProtocolFault } from "./protocol_error.ts";
import { PublisherConnection } from "./publisher_connection.ts";
import type { Refusals } from "./refusals.ts";
import { Session } from "./session.ts";
import type { SharedRoom } from "./shared_room.ts";
import { assertCompatible } from "./socket_type.ts";
import { CLIENT_PROPERTY, STANDING_COMMAND, writeStanding } from "./standing.ts";
import { type QueueLimits, SubscriberConnection } from "./subscriber_connection.ts";

/** A port of the broker's: XSUB, where publishers connect, or XPUB, where subscribers do. */
export interface Door {
  readonly socketType: "XSUB" | "XPUB";
  readonly mechanisms: ReadonlyMap<string, () => Mechanism>;
}

/** What the connections of one broker share. */
export interface BrokerShared extends QueueLimits {
  readonly exchange: Exchange;
  readonly admission: Admission;
  readonly maxMessageBytes: number;
  /** Whether a peer may come in once more. @throws ProtocolError "crowded" */
  readonly assertRoomFor: (peer: Peer) => void;
  readonly outgoingRoom: SharedRoom;
  readonly incomingRoom: SharedRoom;
  readonly refusals: Refusals;
  readonly onOwnFault: ((error: unknown) => void) | undefined;
  /** A connection is over. @param fault why it was cut */
  readonly onClose: (connection: BrokerConnection, fault: ProtocolFault | undefined) => void;
}

/** One program at one port of the broker, from when it connects. */
export class BrokerConnection {
  readonly session: Session;
  readonly #door: Door;
  readonly #shared: BrokerShared;
  #side: PublisherConnection | SubscriberConnection | undefined;

  /** @param now by a clock that never jumps */
  constructor(socket: Socket, door: Door, shared: BrokerShared, now: number) {
    this.#door = door;
    this.#shared = shared;
    const { maxMessageBytes, outgoingRoom, incomingRoom, onOwnFault } = shared;
    const { mechanisms } = door;
    const options = { asServer: true, mechanisms, maxMessageBytes, now, outgoingRoom, incomingRoom, onOwnFault };
    this.session = new Session(socket, options, {
      onReady: (session) => this.#begin(session),
      onMessage: (...place) => this.#side?.onMessage(...place),
      onCommand: (name, data) => this.#side?.onCommand(name, data),
      onRead: () => this.#side?.onRead(),
      onClose: (fault) => this.#close(fault),
    });
  }

  /** Who it is; undefined until that is settled. */
  get peer(): Peer | undefined {
    return this.#side?.peer;
  }

  #begin(session: Session): void {
    const { exchange, admission } = this.#shared;
    assertCompatible(this.#door.socketType, session.metadata);
    const peer = admission.peerOf(session);
    this.#shared.assertRoomFor(peer);
    const client = propertyOf(session.metadata, CLIENT_PROPERTY);
    if (client !== undefined && admission.keepsRights) session.command(STANDING_COMMAND, writeStanding(peer));
    if (this.#door.socketType === "XPUB") {
      this.#side = new SubscriberConnection(session, peer, client, this.#shared);
      return;
    }
    const sources = admission.sourcesOf(peer);
    const publisher = new PublisherConnection(session, peer, client, { ...this.#shared, sources });
    this.#side = publisher;
    exchange.join(publisher);
  }

  #close(fault: ProtocolFault | undefined): void {
    this.#side?.close();
    this.#shared.onClose(this, fault);
  }
}
