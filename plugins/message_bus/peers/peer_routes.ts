import type { AdminRoute } from "../../../mod.ts";
import type { Broker } from "../engine.ts";
import type { PeerKeeper } from "./peer_keeper.ts";
import type { PeerEntry } from "./peer_table.ts";

/**
 * `GET /peers`: who may do what and did what. `POST /peers/refresh`: reads the keys again, cuts off whose key counts no
 * more, and answers how many connections that were, by peer.
 */
export function peerRoutes(keeper: PeerKeeper, broker: Broker): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/peers",
      handler: (context) =>
        context.json({
          curve_public_key: keeper.publicKey ?? null,
          peers: keeper.table.entries().map((entry) => entryDocument(entry)),
          ignored: keeper.ignored,
        }),
    },
    {
      method: "POST",
      path: "/peers/refresh",
      handler: async (context) => {
        const cut = await keeper.refresh(broker);
        return context.json({
          disconnected: Object.fromEntries(Array.from(cut, ([{ name }, count]) => [name, count])),
        });
      },
    },
  ];
}

/** Plain JSON for health: what each peer did. */
export function countersDocument(entries: readonly PeerEntry[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries.map((entry) => [entry.peer.name, countersOf(entry)]));
}

function entryDocument(entry: PeerEntry) {
  const { peer, kind, hasKey, named } = entry;
  const { publish, subscribe } = peer.rights;
  const rights = { publish, subscribe, in_manifest: named };
  return { name: peer.name, kind, has_key: hasKey, ...rights, connections: peer.connections, ...countersOf(entry) };
}

function countersOf({ peer }: PeerEntry) {
  const { in: received, out, dropped, refused, bytesIn, bytesOut } = peer.counters;
  return { in: received, out, dropped, refused, bytes_in: bytesIn, bytes_out: bytesOut };
}
