import type { ErrorCode, Fault } from "../errors.ts";
import { quote } from "./faults.ts";
import { limits } from "./limits.ts";
import { forbiddenKeys, type Tree, type TreeEntry } from "./tree.ts";

/** The tree of a plain object handed in by code, under the same limits as a text; it has no places. */
export function objectTree(value: unknown): { tree: Tree; faults: readonly Fault[] } {
  const reader = new ObjectReader();
  return { tree: reader.read(value, []), faults: reader.faults };
}

const nothing: Tree = { kind: "scalar", at: undefined, value: null, plain: false };
/** One for all: most plugins have an empty entry. */
const emptyMap: Tree = { kind: "map", at: undefined, entries: new Map() };

class ObjectReader {
  readonly faults: Fault[] = [];
  #nodes = 0;

  read(value: unknown, path: Fault["path"]): Tree {
    if (++this.#nodes > limits.nodes) {
      if (this.#nodes === limits.nodes + 1) {
        this.#fault(
          "MANIFEST_TOO_MANY_NODES",
          [],
          `The object has more than ${limits.nodes} nodes.`,
          "Make it smaller.",
        );
      }
      return nothing;
    }
    if (value === null || value === undefined) return nothing;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "scalar", at: undefined, value, plain: false };
    }
    if (!isCollection(value)) return this.#refuse(path, typeof value);
    if (path.length >= limits.depth) {
      this.#fault("MANIFEST_TOO_DEEP", path, `The nesting is deeper than ${limits.depth} levels.`, "Flatten it.");
      return nothing;
    }
    return Array.isArray(value) ? this.#list(value, path) : this.#map(value, path);
  }

  #list(list: readonly unknown[], path: Fault["path"]): Tree {
    return { kind: "list", at: undefined, items: list.map((item, index) => this.read(item, [...path, index])) };
  }

  #map(map: object, path: Fault["path"]): Tree {
    const keys = Object.keys(map);
    if (keys.length === 0) return emptyMap;
    const entries = new Map<string, TreeEntry>();
    for (const key of keys) {
      const value = (map as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) continue;
      this.#nodes++;
      if (forbiddenKeys.has(key)) {
        const message = `The key ${quote(key)} is not allowed.`;
        this.#fault("MANIFEST_FORBIDDEN_KEY", [...path, key], message, "Choose another name.");
      } else entries.set(key, { keyAt: undefined, value: this.read(value, [...path, key]) });
    }
    return { kind: "map", at: undefined, entries };
  }

  #refuse(path: Fault["path"], type: string): Tree {
    const message = `A manifest holds plain data; this is ${type === "object" ? "an object of a class" : `a ${type}`}.`;
    this.#fault("MANIFEST_INVALID_VALUE", path, message, "Hand in maps, lists, strings, numbers, booleans and null.");
    return nothing;
  }

  #fault(code: ErrorCode, path: Fault["path"], message: string, remedy: string): void {
    if (this.faults.length < limits.faults) this.faults.push({ code, path, message, remedy });
  }
}

function isCollection(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
