import { benchFile, runChild } from "../harness/child.ts";
import { interleave, type Trial } from "../harness/interleave.ts";
import type { Measured } from "../harness/measured.ts";
import { atMost, type Benchmark, type BenchOptions, digits, type Table, type Target } from "../harness/report.ts";
import { growthExponent } from "../harness/statistics.ts";

const contestants = ["loop", "backplane", "avvio", "awilix", "nestjs", "backstage"];
const peers = ["avvio", "awilix", "nestjs", "backstage"];

/** N plugins of which each needs so many earlier ones. */
interface Shape {
  readonly each: number;
  readonly title: string;
}
const shapes: readonly Shape[] = [
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
    const trials = shapes.flatMap((shape) =>
      contestants.flatMap((contestant) => sizes.map((size) => trial(contestant, size, shape, options))),
    );
    const rounds = options.quick ? 1 : 7;
    const measured = await interleave(trials, { rounds, budgetMs: 4_000, progress: options.progress });
    return {
      tables: shapes.flatMap((shape) => tables(measured, sizes, shape)),
      targets: shapes.flatMap((shape) => targets(measured, sizes, shape, options.nodeMajor)),
      figures: measured.medians,
    };
  },
};

function trial(contestant: string, size: number, { each }: Shape, { node }: BenchOptions): Trial {
  return {
    name: cell(contestant, size, each),
    group: `${contestant} ${each}`,
    run: () => runChild([node, benchFile("boot/child.js"), contestant, String(size), String(each)], LIMIT_MS),
  };
}

function cell(contestant: string, size: number, each: number): string {
  return `${contestant} ${size} ${each}`;
}

function tables(measured: Measured, sizes: readonly number[], { each, title }: Shape): readonly Table[] {
  const columns = ["", ...sizes.map((size) => size.toLocaleString("en"))];
  const rows = (figure: string, more: (contestant: string) => readonly string[]): readonly (readonly string[])[] =>
    contestants.map((contestant) => [
      contestant,
      ...sizes.map((size) => shown(measured.median(cell(contestant, size, each), figure))),
      ...more(contestant),
    ]);
  const growth = (figure: string) => (contestant: string) => [
    digits(growthExponent(points(measured, contestant, sizes, each, figure))),
  ];
  const imported = (contestant: string) => [shown(measured.median(cell(contestant, sizes[0]!, each), "idleRssMb"))];
  return [
    { title: `Milliseconds, ${title}`, columns: [...columns, "grows as n^"], rows: rows("ms", growth("ms")) },
    {
      title: `CPU milliseconds of all threads, ${title}`,
      columns: [...columns, "grows as n^"],
      rows: rows("cpuMs", growth("cpuMs")),
    },
    {
      title: `Resident memory after it (MB), ${title}`,
      columns: [...columns, "imports alone"],
      rows: rows("rssMb", imported),
    },
  ];
}

function shown(value: number): string {
  return Number.isNaN(value) ? "gave up" : digits(value);
}

/** How the cost grows with the number of plugins, from 100 on. */
function points(
  measured: Measured,
  contestant: string,
  sizes: readonly number[],
  each: number,
  figure: string,
): readonly (readonly [number, number])[] {
  return sizes
    .filter((size) => size >= 100)
    .map((size) => [size, measured.median(cell(contestant, size, each), figure)] as const);
}

/** Node 26 makes closures and promises cheaper than Node 20 does: less is allowed beside the loop. */
function loopLimit(nodeMajor: number): number {
  return nodeMajor >= 26 ? 3 : 5;
}

function targets(
  measured: Measured,
  sizes: readonly number[],
  { each, title }: Shape,
  nodeMajor: number,
): readonly Target[] {
  const compared = sizes.filter((size) => size === 1_000 || size === 5_000);
  const found = compared.flatMap((size) => targetsAt(measured, size, each, title, loopLimit(nodeMajor)));
  if (!sizes.includes(10_000)) return found;
  const grown = growthExponent(points(measured, "backplane", sizes, each, "ms"));
  return [...found, atMost(`growth from 100 to 10,000, ${title}`, grown, 1.1, "")];
}

function targetsAt(measured: Measured, size: number, each: number, title: string, limit: number): readonly Target[] {
  const where = `${size.toLocaleString("en")} plugins, ${title}`;
  const ours = cell("backplane", size, each);
  const timeOf = (peer: string): number => measured.median(cell(peer, size, each), "ms");
  const finished = peers.filter((peer) => !Number.isNaN(timeOf(peer)));
  const fastest = finished.toSorted((left, right) => timeOf(left) - timeOf(right))[0]!;
  return [
    atMost(`${where}: time against the loop`, measured.ratio(ours, cell("loop", size, each), "ms"), limit),
    {
      ...atMost(
        `${where}: time against the fastest peer, ${fastest}`,
        measured.ratio(ours, cell(fastest, size, each), "ms"),
        1,
      ),
      aim: "under 1 times",
    },
    atMost(`${where}: memory against awilix`, measured.ratio(ours, cell("awilix", size, each), "rssMb"), 1),
  ];
}
