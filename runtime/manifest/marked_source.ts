import type { Fault, Position } from "../errors.ts";
import { scrub } from "./faults.ts";
import type { ManifestSource, Origin } from "./manifest.ts";

/** A value that must not be shown, and where it stands. */
export interface MarkedValue {
  readonly path: Fault["path"];
  readonly value: unknown;
}

/** The source of a manifest in which more values must not be shown: the schemas of plugins have marked them. */
export class MarkedSource implements ManifestSource {
  readonly secrets: readonly string[];
  readonly #source: ManifestSource;
  readonly #marked: readonly Fault["path"][];

  constructor(source: ManifestSource, marked: readonly MarkedValue[]) {
    this.#source = source;
    this.#marked = marked.map(({ path }) => path);
    this.secrets = [...source.secrets, ...marked.flatMap(({ value }) => textsIn(value))];
  }

  get baseDir(): string {
    return this.#source.baseDir;
  }

  get files(): readonly string[] {
    return this.#source.files;
  }

  locate(path: Fault["path"]): Position | undefined {
    return this.#scrubbed(this.#source.locate(path));
  }

  isHidden(path: Fault["path"]): boolean {
    return this.#source.isHidden(path) || this.#marked.some((marked) => marked.every((part, at) => part === path[at]));
  }

  origin(path: Fault["path"]): Origin | undefined {
    const origin = this.#source.origin(path);
    return origin && { ...origin, position: this.#scrubbed(origin.position) };
  }

  #scrubbed(position: Position | undefined): Position | undefined {
    return position && { ...position, text: scrub(position.text, this.secrets) };
  }
}

/** Texts and numbers at any depth; what is true, false or null is no secret to look for. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
