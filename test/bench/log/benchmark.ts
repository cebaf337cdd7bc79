import { benchFile, runChild } from "../harness/child.ts";
import { interleave } from "../harness/interleave.ts";
import { atLeast, atMost, type Benchmark } from "../harness/report.ts";

const contestants = ["libsql", "backplane"] as const;
/** Fewer than the queues of the default manifest hold: the publisher does not wait, and none may be lost. */
const ROWS = 45_000;
const LIMIT_MS = 60_000;

export const log: Benchmark = {
  name: "log",
  title: "log entries of another process, from its first publish to the last row in the encrypted table",
  async run({ quick, node, progress }) {
    const rows = quick ? 1_000 : ROWS;
    const trials = contestants.map((name) => ({
      name,
      run: () => runChild([node, benchFile(`log/${name}.js`), String(rows)], LIMIT_MS),
    }));
    const measured = await interleave(trials, { rounds: quick ? 1 : 7, budgetMs: Infinity, progress });
    const columns = [
      { figure: "rate", title: "rows/s" },
      { figure: "publishRate", title: "published/s" },
      { figure: "delayP99Ms", title: "event loop delay p99 ms" },
      { figure: "delayMaxMs", title: "longest ms" },
      { figure: "rssMb", title: "RSS MB" },
    ];
    return {
      tables: [measured.table(`${rows.toLocaleString("en")} entries`, contestants, columns, "libsql")],
      targets: [
        atLeast("rows a second against multi-row inserts", measured.ratio("backplane", "libsql", "rate"), 0.5),
        atMost("event loop delay, p99", measured.median("backplane", "delayP99Ms"), 20, " ms"),
      ],
      figures: measured.medians,
    };
  },
};
