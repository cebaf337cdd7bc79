import type { Broker } from "../engine.ts";
import type { PeerKeys } from "./peer_folder.ts";
import type { PeerEntry, PeerTable } from "./peer_table.ts";

export interface PeersState {
  readonly table: PeerTable;
  readonly ignored: PeerKeys["ignored"];
  /** The broker's in Z85. */
  readonly publicKey: string | undefined;
}

/** Plain JSON for people and programs that administer peers. @param broker the one that runs, if one does */
export function peersDocument(
  { table, ignored, publicKey }: PeersState,
  broker: Pick<Broker, "connectionsOf"> | undefined,
) {
  const peers = table.entries().map((entry) => entryDocument(entry, broker?.connectionsOf(entry.peer) ?? 0));
  return { curve_public_key: publicKey ?? null, peers, ignored };
}

/** Plain JSON for health: what each peer did. */
export function countersDocument(table: PeerTable): Readonly<Record<string, unknown>> {
  return Object.fromEntries(table.entries().map((entry) => [entry.peer.name, countersOf(entry)]));
}

function entryDocument(entry: PeerEntry, connections: number) {
  const { peer, kind, hasKey, named } = entry;
  const { publish, subscribe } = peer.rights;
  const rights = { publish, subscribe, in_manifest: named };
  return { name: peer.name, kind, has_key: hasKey, ...rights, connections, ...countersOf(entry) };
}

function countersOf({ peer }: PeerEntry) {
  const { in: received, out, dropped, refused, bytesIn, bytesOut } = peer.counters;
  return { in: received, out, dropped, refused, bytes_in: bytesIn, bytes_out: bytesOut };
}
