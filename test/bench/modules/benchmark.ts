import { rm } from "node:fs/promises";
import { benchFile, runChild } from "../harness/child.ts";
import { interleave } from "../harness/interleave.ts";
import { processColumns } from "../harness/measured.ts";
import type { Benchmark } from "../harness/report.ts";
import { writeModules } from "./module_files.ts";

const contestants = ["chunks", "one_by_one", "backplane"];

export const modules: Benchmark = {
  name: "modules",
  title: "no-op plugins from real module files, imported and started; a new process for each measurement",
  async run({ quick, node, progress }) {
    const count = quick ? 100 : 1_000;
    const folder = writeModules(count);
    try {
      const measured = await interleave(
        contestants.map((name) => ({
          name,
          run: () => runChild([node, benchFile("modules/child.js"), name, folder], 60_000),
        })),
        { rounds: quick ? 1 : 9, budgetMs: 20_000, progress },
      );
      return {
        tables: [measured.table(`${count.toLocaleString("en")} modules`, contestants, processColumns, "chunks")],
        targets: [],
        figures: measured.medians,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
