import { benchFile, runChild } from "../harness/child.ts";
import { interleave, type Rounds, type Trial } from "../harness/interleave.ts";
import {
  atMost,
  type Benchmark,
  type BenchOptions,
  digits,
  type Report,
  type Table,
  type Target,
} from "../harness/report.ts";
import { growthExponent, median, medianRatio } from "../harness/statistics.ts";

const contestants = ["loop", "backplane", "avvio", "awilix", "nestjs", "backstage"];
const peers = ["avvio", "awilix", "nestjs", "backstage"];
const shapes = [
  { each: 0, title: "independent" },
  { each: 2, title: "each needs two earlier ones" },
];
/** Above this a contestant gives up, at this size and all greater ones. */
const LIMIT_MS = 10_000;

export const boot: Benchmark = {
  name: "boot",
  title: "N no-op plugins, from imports done to all started; a new process for each measurement",
  async run(options) {
    const sizes = options.quick ? [10, 100] : [10, 100, 1_000, 5_000, 10_000];
    const trials = shapes.flatMap(({ each }) =>
      contestants.flatMap((contestant) => sizes.map((size) => trial(contestant, size, each, options))),
    );
    const results = await interleave(trials, {
      rounds: options.quick ? 1 : 7,
      budgetMs: 4_000,
      onProgress: ({ name }, round) => options.progress(`boot, round ${round + 1}: ${name}`),
    });
    // What FACTS aims at: Node 26 makes closures and promises cheaper than Node 20 does.
    const loopLimit = options.nodeMajor >= 26 ? 3 : 5;
    return report(new Measured(results), sizes, loopLimit);
  },
};

function trial(contestant: string, size: number, each: number, { node }: BenchOptions): Trial {
  return {
    name: cell(contestant, size, each),
    group: `${contestant} ${each}`,
    run: () => runChild([node, benchFile("boot/child.js"), contestant, String(size), String(each)], LIMIT_MS),
  };
}

function cell(contestant: string, size: number, each: number): string {
  return `${contestant} ${size} ${each}`;
}

/** What all contestants took, by contestant, size and dependencies. */
class Measured {
  readonly #results: ReadonlyMap<string, Rounds>;

  constructor(results: ReadonlyMap<string, Rounds>) {
    this.#results = results;
  }

  all(contestant: string, size: number, each: number, figure: string): number[] {
    return (this.#results.get(cell(contestant, size, each)) ?? []).map((figures) => figures[figure]!);
  }

  median(contestant: string, size: number, each: number, figure: string): number {
    return median(this.all(contestant, size, each, figure));
  }

  ratio(contestant: string, other: string, size: number, each: number, figure: string): number {
    return medianRatio(this.all(contestant, size, each, figure), this.all(other, size, each, figure));
  }

  get medians(): Report["figures"] {
    const shown = [...this.#results].filter(([, rounds]) => rounds.length > 0);
    return Object.fromEntries(
      shown.map(([name, rounds]) => [
        name,
        Object.fromEntries(Object.keys(rounds[0]!).map((key) => [key, median(rounds.map((one) => one[key]!))])),
      ]),
    );
  }
}

function report(measured: Measured, sizes: readonly number[], loopLimit: number): Report {
  const compared = sizes.filter((size) => size === 1_000 || size === 5_000);
  return {
    tables: shapes.flatMap(({ each, title }) => [
      table(measured, sizes, each, "ms", `Milliseconds, ${title}`),
      table(measured, sizes, each, "cpuMs", `CPU milliseconds of all threads, ${title}`),
      table(measured, sizes, each, "rssMb", `Resident memory after it (MB), ${title}`),
    ]),
    targets: shapes.flatMap(({ each, title }) => [
      ...compared.flatMap((size) =>
        targetsAt(measured, size, each, loopLimit, `${size.toLocaleString("en")} plugins, ${title}`),
      ),
      ...growthTarget(measured, sizes, each, title),
    ]),
    figures: measured.medians,
  };
}

function table(measured: Measured, sizes: readonly number[], each: number, figure: string, title: string): Table {
  const rows = contestants.map((contestant) => {
    const medians = sizes.map((size) => measured.median(contestant, size, each, figure));
    const points = sizes.map((size, place) => [size, medians[place]!] as const).filter(([size]) => size >= 100);
    const grows = figure === "rssMb" || points.length < 2 ? [] : [digits(growthExponent(points))];
    return [contestant, ...medians.map((value) => (Number.isNaN(value) ? "gave up" : digits(value))), ...grows];
  });
  const hasGrowth = rows.some((row) => row.length > sizes.length + 1);
  return {
    title,
    columns: ["", ...sizes.map((size) => size.toLocaleString("en")), ...(hasGrowth ? ["grows as n^"] : [])],
    rows,
  };
}

function targetsAt(
  measured: Measured,
  size: number,
  each: number,
  loopLimit: number,
  where: string,
): readonly Target[] {
  const ours = measured.median("backplane", size, each, "ms");
  const finished = peers.filter((peer) => measured.all(peer, size, each, "ms").length > 0);
  const fastest = finished.toSorted(
    (left, right) => measured.median(left, size, each, "ms") - measured.median(right, size, each, "ms"),
  )[0]!;
  const ratio = measured.ratio("backplane", fastest, size, each, "ms");
  return [
    atMost(`${where}: time against the loop`, measured.ratio("backplane", "loop", size, each, "ms"), loopLimit),
    {
      what: `${where}: faster than every peer`,
      aim: `under ${digits(measured.median(fastest, size, each, "ms"))} ms (${fastest})`,
      measured: `${digits(ours)} ms, ${digits(ratio)} times`,
      met: ratio < 1,
    },
    atMost(`${where}: memory against awilix`, measured.ratio("backplane", "awilix", size, each, "rssMb"), 1),
  ];
}

function growthTarget(measured: Measured, sizes: readonly number[], each: number, title: string): readonly Target[] {
  const points = sizes
    .filter((size) => size >= 100)
    .map((size) => [size, measured.median("backplane", size, each, "ms")] as const);
  if (points.length < 2) return [];
  return [
    atMost(`growth from 100 to ${sizes.at(-1)!.toLocaleString("en")}, ${title}`, growthExponent(points), 1.1, ""),
  ];
}
