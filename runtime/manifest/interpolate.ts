import type { Fault } from "../errors.ts";
import { quote } from "./faults.ts";
import type { Reference } from "./manifest.ts";
import { limits } from "./limits.ts";
import { isTemplate, parseTemplate, type Part, readCoreScalar } from "./template.ts";
import type { Tree, TreeEntry, TreeScalar } from "./tree.ts";

/** An environment value shorter than this is too common a word to be scrubbed from free text. */
const SECRET_LENGTH = 12;

/** The text of a file a manifest refers to, or why there is none. */
export type FileText = { readonly text: string } | { readonly problem: string };

export interface InterpolationSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By the path as written. */
  readonly files: ReadonlyMap<string, FileText>;
}

export interface Interpolation {
  readonly tree: Tree;
  readonly faults: readonly Fault[];
  /** Texts that came from files, and environment values of 12 characters or more. */
  readonly secrets: readonly string[];
}

/** Paths of all `${file:path}` of a tree, as written. */
export function referredFiles(tree: Tree): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (node: Tree): void => {
    if (node.kind === "map") for (const { value } of node.entries.values()) visit(value);
    else if (node.kind === "list") node.items.forEach(visit);
    else for (const part of partsOf(node)) if (part.kind === "file") paths.add(part.path);
  };
  visit(tree);
  return paths;
}

/**
 * Fills in every `${env:...}` and `${file:...}` of the scalars, once: what comes in is not looked at again. An
 * unquoted scalar is then read as a YAML core scalar, a quoted one stays a string.
 */
export function interpolate(tree: Tree, sources: InterpolationSources): Interpolation {
  if (!holdsTemplate(tree)) return { tree, faults: [], secrets: [] };
  const pass = new Pass(sources);
  const filled = pass.fill(tree, []);
  return { tree: filled, faults: pass.faults, secrets: [...pass.secrets] };
}

function holdsTemplate(node: Tree): boolean {
  if (node.kind === "scalar") return typeof node.value === "string" && isTemplate(node.value);
  if (node.kind === "list") return node.items.some(holdsTemplate);
  for (const { value } of node.entries.values()) if (holdsTemplate(value)) return true;
  return false;
}

class Pass {
  readonly faults: Fault[] = [];
  readonly secrets: Set<string> = new Set();
  readonly #sources: InterpolationSources;

  constructor(sources: InterpolationSources) {
    this.#sources = sources;
  }

  fill(node: Tree, path: Fault["path"]): Tree {
    if (node.kind === "scalar") return this.#scalar(node, path);
    if (node.kind === "list") {
      return { ...node, items: node.items.map((item, index) => this.fill(item, [...path, index])) };
    }
    const entries = new Map<string, TreeEntry>();
    for (const [key, entry] of node.entries) {
      entries.set(key, { ...entry, value: this.fill(entry.value, [...path, key]) });
    }
    return { ...node, entries };
  }

  #scalar(node: TreeScalar, path: Fault["path"]): Tree {
    const parts = partsOf(node);
    if (parts.length === 0) return node;
    const texts = parts.map((part) => this.#resolve(part, node, path));
    if (texts.includes(undefined)) return { ...node, value: null, hidden: true };
    const text = texts.join("");
    const references = parts.flatMap((part) => this.#reference(part));
    const hidden = references.length > 0;
    return { ...node, value: node.plain ? readCoreScalar(text) : text, hidden, references };
  }

  #resolve(part: Part, node: TreeScalar, path: Fault["path"]): string | undefined {
    if (part.kind === "text") return part.text;
    if (part.kind === "env") return this.#variable(part, node, path);
    if (part.kind === "file") return this.#file(part.path, node, path);
    return this.#fault(node, path, `${part.problem}.`, "Write $${ where a literal ${ is meant.");
  }

  #reference(part: Part): Reference[] {
    if (part.kind === "file") return [{ kind: "file", path: part.path }];
    if (part.kind !== "env") return [];
    const taken = part.fallback === undefined || !["", undefined].includes(this.#read(part.name));
    return [{ kind: taken ? "variable" : "variable_default", name: part.name }];
  }

  #read(name: string): string | undefined {
    return Object.hasOwn(this.#sources.environment, name) ? this.#sources.environment[name] : undefined;
  }

  #variable(part: Part & { kind: "env" }, node: TreeScalar, path: Fault["path"]): string | undefined {
    const { name, fallback } = part;
    const value = this.#read(name);
    if (value === undefined && fallback === undefined) {
      const remedy = `Set ${name}, or give a default: \${env:${name}:-default}.`;
      return this.#fault(node, path, `the environment variable ${name} is not set.`, remedy);
    }
    if (value === undefined || (value === "" && fallback !== undefined)) return fallback;
    if (value.length >= SECRET_LENGTH) this.#keepSecret(value);
    return value;
  }

  #file(name: string, node: TreeScalar, path: Fault["path"]): string | undefined {
    const file = this.#sources.files.get(name) ?? { problem: "was not read" };
    if ("problem" in file) {
      const remedy = "Put the value in that file; a relative path starts from the manifest's folder.";
      return this.#fault(node, path, `the file ${quote(name)} ${file.problem}.`, remedy);
    }
    this.#keepSecret(file.text);
    return file.text;
  }

  /** Also as JSON writes it, for that is how it would stand in a log line. */
  #keepSecret(value: string): void {
    if (value === "") return;
    this.secrets.add(value).add(JSON.stringify(value).slice(1, -1));
  }

  #fault(node: TreeScalar, path: Fault["path"], message: string, remedy: string): undefined {
    if (this.faults.length >= limits.faults) return;
    const position = node.at?.source.positionAt(node.at.offset);
    this.faults.push({ code: "MANIFEST_INTERPOLATION", path, message, remedy, position });
  }
}

function partsOf(node: TreeScalar): readonly Part[] {
  return typeof node.value === "string" && isTemplate(node.value) ? parseTemplate(node.value) : [];
}
