/** google.protobuf.Timestamp, as the generated code has it: on the way in `seconds` may be a Long. */
interface Timestamp {
  readonly seconds?: number | { toNumber(): number } | null;
  readonly nanos?: number | null;
}

/** Years 1 to 9999, the range google.protobuf.Timestamp allows. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** @param time milliseconds since the Unix epoch */
export function fromMillis(time: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(time / 1000);
  return { seconds, nanos: Math.floor(time - seconds * 1000) * 1_000_000 };
}

/** Whole milliseconds since the Unix epoch; 0 for a timestamp that is missing or outside what the type allows. */
export function toMillis(timestamp: Timestamp | null | undefined): number {
  if (timestamp === null || timestamp === undefined) return 0;
  // A number of seconds in range is exact either way.
  const given = timestamp.seconds ?? 0;
  const seconds = typeof given === "number" ? given : given.toNumber();
  const nanos = timestamp.nanos ?? 0;
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS && nanos >= 0 && nanos < 1_000_000_000)) return 0;
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}
