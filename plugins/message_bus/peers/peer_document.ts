import type { PeerKeys } from "./peer_folder.ts";
import type { PeerEntry, PeerTable } from "./peer_table.ts";

/** Plain JSON for people and programs that administer peers. */
export function peersDocument(table: PeerTable, ignored: PeerKeys["ignored"], publicKey: string | undefined) {
  const peers = table.entries().map((entry) => entryDocument(entry));
  return { curve_public_key: publicKey ?? null, peers, ignored };
}

/** Plain JSON for health: what each peer did. */
export function countersDocument(table: PeerTable): Readonly<Record<string, unknown>> {
  return Object.fromEntries(table.entries().map((entry) => [entry.peer.name, countersOf(entry)]));
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
