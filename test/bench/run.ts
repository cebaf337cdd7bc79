/**
 * Runs the benchmarks of this folder: all, or those that are named. `--quick` is a smoke run, `--json` prints for
 * programs, `--node` takes another binary for what is measured, `--document` also writes what came out into
 * docs/benchmarks.md.
 *
 *     npm run bench -- [name...] [--quick] [--json] [--document] [--node <binary>]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { boot } from "./boot/benchmark.ts";
import { bus } from "./bus/benchmark.ts";
import { rewriteSections, type Section } from "./harness/document.ts";
import { describeMachine, showMachine } from "./harness/machine.ts";
import type { Benchmark, Report } from "./harness/report.ts";
import { showMarkdown, showText } from "./harness/show.ts";
import { http } from "./http/benchmark.ts";
import { log } from "./log/benchmark.ts";
import { modules } from "./modules/benchmark.ts";
import { plan } from "./plan/benchmark.ts";
import { start } from "./start/benchmark.ts";

const benchmarks: readonly Benchmark[] = [boot, modules, plan, http, log, bus, start];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    document: { type: "boolean", default: false },
    node: { type: "string", default: process.execPath },
  },
});
const known = benchmarks.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Cannot run ${unknown.join(", ")}: the benchmarks are ${known.join(", ")}.\n`);
  process.exit(64);
}
if (values.document && values.quick) {
  process.stderr.write("Cannot write docs/benchmarks.md from a smoke run: leave --quick or --document out.\n");
  process.exit(64);
}
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const benchmark of chosen) {
  const needed = benchmark.obstacle?.();
  if (needed === undefined) continue;
  process.stderr.write(`Cannot run the benchmark ${benchmark.name}: ${needed}.\n`);
  process.exit(1);
}
const progress = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\u001B[2K\r${text}`));
const machine = describeMachine(values.node);
const reports: Record<string, Report> = {};
const sections: Section[] = [];
if (!values.json) process.stdout.write(`${showMachine(machine)}\n\n`);
for (const benchmark of chosen) {
  const report = await benchmark.run({
    quick: values.quick,
    node: values.node,
    nodeMajor: parseInt(machine.node.slice(1), 10),
    progress,
  });
  progress("");
  // At the sizes of a smoke run nobody gives up: it hangs.
  const hanging = Object.entries(report.figures).filter((entry) => Object.keys(entry[1]).length === 0);
  if (values.quick && hanging.length > 0)
    throw new Error(`not done in time: ${hanging.map(([name]) => name).join(", ")}`);
  reports[benchmark.name] = report;
  // Each part tells where and when it was measured: a run may renew one of them alone.
  const text = `${showMachine(machine)}.\n\n${showMarkdown(report)}`;
  sections.push({ name: benchmark.name, text });
  if (!values.json) process.stdout.write(`${showText(benchmark, report)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ machine, reports }, undefined, 2)}\n`);
if (values.document) {
  const document = new URL("../../docs/benchmarks.md", import.meta.url);
  writeFileSync(document, rewriteSections(readFileSync(document, "utf8"), sections));
}
