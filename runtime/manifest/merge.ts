import type { Tree, TreeEntry, TreeMap } from "./tree.ts";

/**
 * An overlay over its base, as JSON merge patch does it (RFC 7396): maps by key, lists and scalars replaced, null
 * removes. Every node keeps its place, so a fault names the file it came from.
 */
export function mergeTrees(base: Tree, overlay: Tree): Tree {
  if (base.kind !== "map" || overlay.kind !== "map") return withoutNulls(overlay);
  const entries = new Map(base.entries);
  for (const [key, entry] of overlay.entries) {
    if (isNull(entry.value)) entries.delete(key);
    else entries.set(key, mergeEntry(entries.get(key), entry));
  }
  return { ...base, entries };
}

export function isNull(tree: Tree): boolean {
  return tree.kind === "scalar" && tree.value === null;
}

function mergeEntry(base: TreeEntry | undefined, overlay: TreeEntry): TreeEntry {
  if (!base) return { ...overlay, value: withoutNulls(overlay.value) };
  const bothMaps = base.value.kind === "map" && overlay.value.kind === "map";
  return { keyAt: bothMaps ? base.keyAt : overlay.keyAt, value: mergeTrees(base.value, overlay.value) };
}

/** In lists a null stays: there it is a value, not the absence of one. */
function withoutNulls(tree: Tree): Tree {
  if (tree.kind !== "map") return tree;
  const kept = [...tree.entries].filter(([, entry]) => !isNull(entry.value));
  const entries = kept.map(([key, entry]): [string, TreeEntry] => [
    key,
    { ...entry, value: withoutNulls(entry.value) },
  ]);
  return { ...tree, entries: new Map(entries) } satisfies TreeMap;
}
