export interface Limits {
  readonly bytes: number;
  /** Lists and maps inside each other. */
  readonly depth: number;
  /** Scalars, lists and maps, keys included. */
  readonly nodes: number;
  /** Words, signs, spaces, line ends and comments. */
  readonly lexemes: number;
  /** After so many faults of a text the rest is not looked for. */
  readonly faults: number;
}

/** What a manifest may hold at most; everything beyond is refused before it is parsed. */
export const limits: Limits = Object.freeze({
  bytes: 4 * 1024 * 1024,
  depth: 32,
  nodes: 200_000,
  lexemes: 2_000_000,
  faults: 100,
});
