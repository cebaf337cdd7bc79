import { randomBytes } from "node:crypto";
import { notLoopback } from "../engine_address.ts";
import { Peer, type Peers } from "../peers/peer.ts";
import { everything } from "../peers/rights.ts";
import { CurveServer } from "./curve/curve_server.ts";
import type { Mechanism, Metadata } from "./mechanism.ts";
import { NullMechanism } from "./null_mechanism.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { Session } from "./session.ts";
import type { SocketType } from "./socket_type.ts";
import { SourceCheck } from "./source_check.ts";

/** Who gets in by which door, and as whom. */
export class Admission {
  readonly #peers: Peers | undefined;
  /** Everybody, where no peers are told apart; and the broker's own process. */
  readonly everybody = new Peer("everybody", everything);

  constructor(peers: Peers | undefined) {
    this.#peers = peers;
  }

  /** Whether peers are told apart here, and held to their rights. */
  get keepsRights(): boolean {
    return this.#peers !== undefined;
  }

  /** @throws BUS_BIND_FAILED where others than this machine could come in without a key */
  assertSafe(host: string, local: boolean): void {
    if (local || this.#peers?.secretKey !== undefined) return;
    throw notLoopback(host, "without keys it cannot be told who connects");
  }

  /** What is spoken at a door. @param local only this machine comes in there: then no key is needed, if any may come so */
  mechanisms(socketType: SocketType, local: boolean): ReadonlyMap<string, () => Mechanism> {
    const metadata: Metadata = new Map([["Socket-Type", new TextEncoder().encode(socketType)]]);
    const peers = this.#peers;
    const spoken = new Map<string, () => Mechanism>();
    if (peers?.secretKey !== undefined && peers.publicKey !== undefined) {
      const { secretKey, publicKey } = peers;
      const isKnown = (key: Uint8Array): boolean => peers.withKey(key) !== undefined;
      spoken.set("CURVE", () => new CurveServer({ secretKey, publicKey, metadata, isKnown, random: randomBytes }));
    }
    if (local && (peers === undefined || peers.anonymous !== undefined)) {
      spoken.set("NULL", () => new NullMechanism(metadata));
    }
    return spoken;
  }

  /** Who it is that has come in. @throws ProtocolError "unknown_key" */
  peerOf({ peerKey }: Session): Peer {
    if (this.#peers === undefined) return this.everybody;
    const peer = peerKey === undefined ? this.#peers.anonymous : this.#peers.withKey(peerKey);
    if (peer === undefined) throw new ProtocolError("unknown_key", "nobody here has this key");
    return peer;
  }

  /** Undefined where everybody may use any name. */
  sourcesOf(peer: Peer): SourceCheck | undefined {
    return this.#peers === undefined ? undefined : new SourceCheck(peer, this.#peers);
  }
}
