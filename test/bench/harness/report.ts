/** A table as it is shown: cells are text already. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was aimed at and what came out. */
export interface Target {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What one benchmark found. */
export interface Report {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** The medians behind the tables, for programs. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How a run of benchmarks was asked for. */
export interface BenchOptions {
  /** A smoke run: small sizes, one round. */
  readonly quick: boolean;
  /** The Node that runs the contestants. */
  readonly node: string;
  readonly nodeMajor: number;
  readonly progress: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  /** What is measured, in a line. */
  readonly title: string;
  /** What must be done before it can run here; undefined or none: nothing. */
  obstacle?(): string | undefined;
  run(options: BenchOptions): Promise<Report>;
}

/** A number with three significant digits, thousands with commas. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? Math.round(value).toLocaleString("en") : String(rounded);
}

/** A target of the kind "at most so many times". */
export function atMost(what: string, ratio: number, limit: number, unit = " times"): Target {
  return { what, aim: `at most ${limit}${unit}`, measured: `${digits(ratio)}${unit}`, met: ratio <= limit };
}

/** A target of the kind "at least so much of". */
export function atLeast(what: string, ratio: number, limit: number): Target {
  return { what, aim: `at least ${limit} of it`, measured: digits(ratio), met: ratio >= limit };
}
