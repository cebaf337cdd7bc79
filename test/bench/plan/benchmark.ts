import { benchFile, runChild } from "../harness/child.ts";
import { interleave } from "../harness/interleave.ts";
import { atMost, type Benchmark, digits } from "../harness/report.ts";
import { median, medianRatio } from "../harness/statistics.ts";

const contestants = ["heap_kahn", "backplane", "toposort", "graphology"];

export const plan: Benchmark = {
  name: "plan",
  title: "the start order of N plugins with three dependencies each, reasons included; warm medians",
  async run(options) {
    const sizes = options.quick ? [1_000] : [1_000, 10_000, 100_000];
    const cell = (contestant: string, size: number): string => `${contestant} ${size}`;
    const trials = sizes.flatMap((size) =>
      contestants.map((contestant) => ({
        name: cell(contestant, size),
        run: () => runChild([options.node, benchFile("plan/child.js"), contestant, String(size)], 60_000),
      })),
    );
    const results = await interleave(trials, {
      rounds: options.quick ? 1 : 5,
      budgetMs: 10_000,
      onProgress: ({ name }, round) => options.progress(`plan, round ${round + 1}: ${name}`),
    });
    const all = (contestant: string, size: number, figure: string): number[] =>
      results.get(cell(contestant, size))!.map((figures) => figures[figure]!);
    const table = (title: string, figure: string) => ({
      title,
      columns: ["", ...sizes.map((size) => size.toLocaleString("en"))],
      rows: contestants.map((name) => [name, ...sizes.map((size) => digits(median(all(name, size, figure))))]),
    });
    return {
      tables: [
        table("Milliseconds, warm", "ms"),
        table("Milliseconds, first time", "firstMs"),
        table("CPU milliseconds, warm", "cpuMs"),
      ],
      targets: sizes.map((size) =>
        atMost(
          `${size.toLocaleString("en")} plugins, against the heap Kahn alone`,
          medianRatio(all("backplane", size, "ms"), all("heap_kahn", size, "ms")),
          4,
        ),
      ),
      figures: Object.fromEntries(
        [...results.keys()].map((name) => [name, { ms: median(results.get(name)!.map((figures) => figures["ms"]!)) }]),
      ),
    };
  },
};
