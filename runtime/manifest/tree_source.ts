import { basename } from "node:path";
import type { Fault, Position } from "../errors.ts";
import { isSensitiveKey } from "../log/sensitive_key.ts";
import { scrub } from "./faults.ts";
import type { ManifestSource, Origin } from "./manifest.ts";
import type { Place, Tree } from "./tree.ts";

/** Only below `core.api_gateway.plugins.<name>` does a key's name tell of a secret. */
const PLUGIN_DEPTH = 4;

export interface TreeSourceOptions {
  readonly tree: Tree;
  readonly baseDir: string;
  readonly files: readonly string[];
  readonly secrets: readonly string[];
}

/** Finds places and hidden values in a merged and interpolated tree. */
export class TreeSource implements ManifestSource {
  readonly baseDir: string;
  readonly files: readonly string[];
  readonly secrets: readonly string[];
  readonly #tree: Tree;

  constructor(options: TreeSourceOptions) {
    this.baseDir = options.baseDir;
    this.files = options.files;
    this.secrets = options.secrets;
    this.#tree = options.tree;
  }

  locate(path: Fault["path"]): Position | undefined {
    const { place } = this.#walk(path);
    return place && this.#position(place);
  }

  isHidden(path: Fault["path"]): boolean {
    const { node } = this.#walk(path);
    const ofConfig = path.slice(PLUGIN_DEPTH);
    if (ofConfig.some((part) => typeof part === "string" && isSensitiveKey(part))) return true;
    return node.kind === "scalar" && node.hidden === true;
  }

  origin(path: Fault["path"]): Origin | undefined {
    const { node, place, complete } = this.#walk(path);
    if (!complete) return undefined;
    const position = place && this.#position(place);
    const base = this.files[0];
    return {
      position,
      overlay: position !== undefined && base !== undefined && position.file !== basename(base),
      references: (node.kind === "scalar" && node.references) || [],
    };
  }

  #position(place: Place): Position {
    const position = place.source.positionAt(place.offset);
    return { ...position, text: scrub(position.text, this.secrets) };
  }

  /** The last node of the path that is written, and where its key (in a list: itself) stands. */
  #walk(path: Fault["path"]): { node: Tree; place: Place | undefined; complete: boolean } {
    let node = this.#tree;
    let place = node.at;
    for (const part of path) {
      const entry = node.kind === "map" ? node.entries.get(String(part)) : undefined;
      const item = node.kind === "list" && typeof part === "number" ? node.items[part] : undefined;
      const next = entry?.value ?? item;
      if (!next) return { node, place, complete: false };
      place = entry ? entry.keyAt : next.at;
      node = next;
    }
    return { node, place, complete: true };
  }
}
