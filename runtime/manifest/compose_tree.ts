import { type CST, Composer, type Document, isMap, isScalar, isSeq, Scalar, type YAMLMap } from "yaml";
import type { Fault } from "../errors.ts";
import { quote } from "./faults.ts";
import { type Limits, limits } from "./limits.ts";
import { textFault, tooManyNodes } from "./scan.ts";
import type { SourceFile } from "./source_file.ts";
import { syntaxFault } from "./syntax.ts";
import { forbiddenKeys, type Place, type Tree, type TreeEntry, type TreeMap, type TreeScalar } from "./tree.ts";

/** Builds the tree of a scanned text; faults of syntax, duplicate and forbidden keys. */
export function composeTree(
  source: SourceFile,
  tokens: readonly CST.Token[],
  most: Limits = limits,
): { tree: Tree; faults: readonly Fault[] } {
  const document = composeDocument(source, tokens);
  const errors = document?.errors ?? [];
  if (errors.length > 0) {
    return { tree: empty(source), faults: errors.slice(0, most.faults).map((error) => syntaxFault(source, error)) };
  }
  return new TreeBuilder(source).build(document?.contents ?? null, most);
}

/** The library's own document of a scanned text, with the places of everything. */
export function composeDocument(source: SourceFile, tokens: readonly CST.Token[]): Document.Parsed | undefined {
  const composer = new Composer({
    schema: "core",
    version: "1.2",
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
  });
  const [document] = composer.compose(tokens, true, source.text.length);
  return document;
}

function empty(source: SourceFile): TreeScalar {
  return { kind: "scalar", at: { source, offset: 0 }, value: null, plain: true };
}

/** Recursion is safe here: the scan has bounded the depth. */
class TreeBuilder {
  readonly #source: SourceFile;
  readonly #faults: Fault[] = [];
  #nodes = 0;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  build(contents: unknown, most: Limits): { tree: Tree; faults: readonly Fault[] } {
    const tree = this.#node(contents, 0);
    if (this.#nodes > most.nodes) return { tree, faults: [tooManyNodes(this.#source, 0, most)] };
    return { tree, faults: this.#faults };
  }

  #node(node: unknown, fallback: number): Tree {
    this.#nodes++;
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) {
      const at = this.#place(node.range?.[0] ?? fallback);
      return { kind: "list", at, items: node.items.map((item) => this.#node(item, at.offset)) };
    }
    const at = this.#place(isScalar(node) ? (node.range?.[0] ?? fallback) : fallback);
    if (!isScalar(node)) return { kind: "scalar", at, value: null, plain: true };
    return {
      kind: "scalar",
      at,
      value: scalarValue(node),
      plain: node.type === undefined || node.type === Scalar.PLAIN,
    };
  }

  #map(map: YAMLMap): TreeMap {
    const at = this.#place(map.range?.[0] ?? 0);
    const entries = new Map<string, TreeEntry>();
    for (const { key, value } of map.items) {
      this.#nodes++;
      const keyAt = this.#place(isScalar(key) ? (key.range?.[0] ?? at.offset) : at.offset);
      const name = this.#key(key, keyAt);
      if (name === undefined) continue;
      if (entries.has(name)) this.#duplicate(name, keyAt);
      else entries.set(name, { keyAt, value: this.#node(value, keyAt.offset) });
    }
    return { kind: "map", at, entries };
  }

  /** A key is its text as written: `1`, `true` and `null` are words here. */
  #key(key: unknown, { offset }: Place): string | undefined {
    if (!isScalar(key)) {
      const remedy = "Write a single word as the key.";
      this.#faults.push(
        textFault(this.#source, offset, "MANIFEST_FORBIDDEN_FEATURE", "a key is a list or a map", remedy),
      );
      return undefined;
    }
    const name = typeof key.value === "string" ? key.value : (key.source ?? "");
    if (!forbiddenKeys.has(name)) return name;
    const message = `the key ${quote(name)} is not allowed`;
    this.#faults.push(textFault(this.#source, offset, "MANIFEST_FORBIDDEN_KEY", message, "Choose another name."));
    return undefined;
  }

  #duplicate(name: string, { offset }: Place): void {
    const message = `the key ${quote(name)} stands twice in one map`;
    this.#faults.push(
      textFault(this.#source, offset, "MANIFEST_DUPLICATE_KEY", message, "Keep one of the two entries."),
    );
  }

  #place(offset: number): Place {
    return { source: this.#source, offset };
  }
}

function scalarValue(node: Scalar): TreeScalar["value"] {
  const { value } = node;
  const isPlainValue = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlainValue ? value : null;
}
