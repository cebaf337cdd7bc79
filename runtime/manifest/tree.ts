import type { Reference } from "./manifest.ts";
import type { SourceFile } from "./source_file.ts";

/** Where a node stands; undefined for nodes of an object handed in by code. */
export interface Place {
  readonly source: SourceFile;
  readonly offset: number;
}

export interface TreeScalar {
  readonly kind: "scalar";
  readonly at: Place | undefined;
  readonly value: string | number | boolean | null;
  /** Written without quotes: after interpolation it is read again. */
  readonly plain: boolean;
  /** Came out of an interpolation, so it is never shown. */
  readonly hidden?: boolean;
  /** What was filled in, in the order of the text; absent where all of it is written out. */
  readonly references?: readonly Reference[];
}

export interface TreeList {
  readonly kind: "list";
  readonly at: Place | undefined;
  readonly items: readonly Tree[];
}

export interface TreeEntry {
  readonly keyAt: Place | undefined;
  readonly value: Tree;
}

export interface TreeMap {
  readonly kind: "map";
  readonly at: Place | undefined;
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** A document as values with their places: what merging and interpolation work on. */
export type Tree = TreeScalar | TreeList | TreeMap;

/** Keys that reach into JavaScript's own objects. */
export const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
