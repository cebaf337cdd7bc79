import { benchFile, runChild } from "../harness/child.ts";
import { interleave } from "../harness/interleave.ts";
import type { Measured } from "../harness/measured.ts";
import { atMost, type Benchmark, digits, type Table } from "../harness/report.ts";

const contestants = ["heap_kahn", "backplane", "toposort", "graphology"];

export const plan: Benchmark = {
  name: "plan",
  title: "the start order of N plugins with three dependencies each, reasons included",
  async run({ quick, node, progress }) {
    const sizes = quick ? [1_000] : [1_000, 10_000, 100_000];
    const trials = sizes.flatMap((size) =>
      contestants.map((contestant) => ({
        name: cell(contestant, size),
        run: () => runChild([node, benchFile("plan/child.js"), contestant, String(size)], 60_000),
      })),
    );
    const measured = await interleave(trials, { rounds: quick ? 1 : 5, budgetMs: 10_000, progress });
    return {
      tables: [
        table(measured, sizes, "ms", "Milliseconds, warm"),
        table(measured, sizes, "cpuMs", "CPU milliseconds of all threads, warm"),
        table(measured, sizes, "firstMs", "Milliseconds, the first time in a process"),
      ],
      targets: sizes.map((size) => {
        const ratio = measured.ratio(cell("backplane", size), cell("heap_kahn", size), "ms");
        return atMost(`${size.toLocaleString("en")} plugins, against the heap Kahn alone`, ratio, 4);
      }),
      figures: measured.medians,
    };
  },
};

function cell(contestant: string, size: number): string {
  return `${contestant} ${size}`;
}

function table(measured: Measured, sizes: readonly number[], figure: string, title: string): Table {
  return {
    title,
    columns: ["", ...sizes.map((size) => size.toLocaleString("en"))],
    rows: contestants.map((name) => [name, ...sizes.map((size) => digits(measured.median(cell(name, size), figure)))]),
  };
}
