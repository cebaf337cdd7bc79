import type { Figures } from "./child.ts";
import { digits, type Table } from "./report.ts";
import { median, medianRatio } from "./statistics.ts";

/** A figure and how its column is called. */
export interface Column {
  readonly figure: string;
  readonly title: string;
}

/** The usual columns of work that is done once in a process of its own. */
export const processColumns: readonly Column[] = [
  { figure: "ms", title: "ms" },
  { figure: "cpuMs", title: "CPU ms" },
  { figure: "rssMb", title: "RSS MB" },
];

/** What came out of all rounds, by trial. A trial that gave up has none; its medians are NaN. */
export class Measured {
  readonly #rounds: ReadonlyMap<string, readonly Figures[]>;

  constructor(rounds: ReadonlyMap<string, readonly Figures[]>) {
    this.#rounds = rounds;
  }

  /** One figure of a trial, round by round. */
  all(trial: string, figure: string): readonly number[] {
    return (this.#rounds.get(trial) ?? []).map((figures) => figures[figure] ?? NaN);
  }

  median(trial: string, figure: string): number {
    return median(this.all(trial, figure));
  }

  ratio(trial: string, other: string, figure: string): number {
    return medianRatio(this.all(trial, figure), this.all(other, figure));
  }

  /** The medians of everything, for programs. */
  get medians(): Readonly<Record<string, Figures>> {
    return Object.fromEntries([...this.#rounds].map(([trial, rounds]) => [trial, this.#mediansOf(trial, rounds)]));
  }

  #mediansOf(trial: string, rounds: readonly Figures[]): Figures {
    return Object.fromEntries(Object.keys(rounds[0] ?? {}).map((figure) => [figure, this.median(trial, figure)]));
  }

  /**
   * One row for each trial. With `against`, a last column tells the ratio of the first figure to that trial's.
   */
  table(title: string, trials: readonly string[], columns: readonly Column[], against?: string): Table {
    const [first] = columns;
    const ratioOf = (trial: string): readonly string[] =>
      against === undefined ? [] : [digits(this.ratio(trial, against, first!.figure))];
    return {
      title,
      columns: ["", ...columns.map((column) => column.title), ...(against === undefined ? [] : [`to ${against}`])],
      rows: trials.map((trial) => [
        trial,
        ...columns.map(({ figure }) => digits(this.median(trial, figure))),
        ...ratioOf(trial),
      ]),
    };
  }
}
