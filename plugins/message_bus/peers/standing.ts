import type { Standing } from "../engine.ts";
import { isForeignPattern } from "../topic.ts";
import type { Peer } from "./peer.ts";
import { rightsOf } from "./rights.ts";

/** A client learns who it is. The broker may be newer than it, or lie: what is no pattern gives no right. */
export function takeStanding(peer: Peer, { peer: name, publish, subscribe }: Standing): void {
  peer.name = name;
  peer.rights = rightsOf({ publish: publish.filter(isForeignPattern), subscribe: subscribe.filter(isForeignPattern) });
}
