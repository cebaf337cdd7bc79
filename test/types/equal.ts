/** True when two types are the same, `any` and optional keys included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only where the types are equal: `equal<Equal<A, B>>()`. */
export function equal<_Same extends true>(): void {
  // Only its type counts.
}
