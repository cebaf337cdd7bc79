/**
 * Runs the benchmarks of this folder: all, or those that are named. `--quick` is a smoke run, `--json` prints for
 * programs, `--node` takes another binary for what is measured.
 *
 *     npm run bench -- [name...] [--quick] [--json] [--node <binary>]
 */
import { parseArgs } from "node:util";
import { boot } from "./boot/benchmark.ts";
import { describeMachine, showMachine } from "./harness/machine.ts";
import type { Benchmark, Report } from "./harness/report.ts";
import { showText } from "./harness/show.ts";
import { http } from "./http/benchmark.ts";
import { modules } from "./modules/benchmark.ts";
import { plan } from "./plan/benchmark.ts";
import { start } from "./start/benchmark.ts";

const benchmarks: readonly Benchmark[] = [boot, modules, plan, http, start];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    node: { type: "string", default: process.execPath },
  },
});
const known = benchmarks.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Cannot run ${unknown.join(", ")}: the benchmarks are ${known.join(", ")}.\n`);
  process.exit(64);
}
const progress = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\u001B[2K\r${text}`));
const machine = describeMachine(values.node);
const reports: Record<string, Report> = {};
if (!values.json) process.stdout.write(`${showMachine(machine)}\n\n`);
for (const benchmark of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
  const report = await benchmark.run({
    quick: values.quick,
    node: values.node,
    nodeMajor: parseInt(machine.node.slice(1), 10),
    progress,
  });
  progress("");
  reports[benchmark.name] = report;
  if (!values.json) process.stdout.write(`${showText(benchmark, report)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ machine, reports }, undefined, 2)}\n`);
