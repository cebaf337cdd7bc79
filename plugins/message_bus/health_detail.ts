import type { BusConnection } from "./connection.ts";
import type { Broker } from "./engine.ts";
import { countersDocument } from "./peers/peer_document.ts";
import type { PeerKeeper } from "./peers/peer_keeper.ts";

/** What the bus says of itself under the admin route of its health: plain data, names in snake_case. */
export function healthDetail(broker: Broker, connection: BusConnection, peers: PeerKeeper): Record<string, unknown> {
  const counters = connection.counters();
  const { connections, turnedAway, faults } = broker.counters ?? {};
  return {
    engine: counters.engine,
    source_verified: counters.sourceVerified,
    ...broker.endpoints,
    published: counters.published,
    unheard: counters.unheard,
    received: counters.received,
    dropped: counters.dropped,
    gaps: counters.gaps,
    handler_failures: counters.handlerFailures,
    subscriptions: counters.subscriptions,
    ...(broker.counters === undefined ? {} : { connections, turned_away: turnedAway, cut: faults }),
    curve_public_key: peers.publicKey ?? null,
    peers: countersDocument(peers.table),
  };
}
