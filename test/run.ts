/**
 * Runs test files with node:test, because Node 20 knows no globs and npm's shell differs from system to system.
 *
 *     run.ts                        all but what needs more than `npm ci` gives (test/interop, test/runtimes)
 *     run.ts <folder or file>...    what is named
 *     run.ts --on <runtime> [...]   on Node 26, Bun or Deno, from test/runtimes: what can run there
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { binaryOf, type OtherRuntime } from "./runtimes/binaries.ts";
import { outcomeOf } from "./runtimes/outcome.ts";
import { canRunOn } from "./runtimes/selection.ts";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
/** Per test and per file; a test that hangs fails, and so does the run. */
const TIMEOUT_MS = 300_000;
/** Files at a time: one more than there are cores, for a test often waits for a process that it started. */
const CONCURRENCY = availableParallelism() + 1;
const runner = ["--test", `--test-timeout=${TIMEOUT_MS}`, `--test-concurrency=${CONCURRENCY}`];

/** How each runtime is told to run tests; Node 26 strips types by itself. */
const options: Readonly<Record<OtherRuntime | "here", readonly string[]>> = {
  here: ["--import", "tsx", ...runner, "--test-force-exit"],
  // Forced to exit, it loses part of what its files report: tests that ran are not in the sum.
  node26: runner,
  bun: ["test", `--timeout=${TIMEOUT_MS}`],
  deno: ["test", "--allow-all", "--no-check"],
};

function testFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith("_test.ts")).map((name) => join(path, name));
}

function selectFiles(named: readonly string[]): string[] {
  if (named.length > 0) return named.flatMap((path) => testFiles(path));
  const apart = ["interop", "runtimes"].map((folder) => join("test", folder) + sep);
  return testFiles("test").filter((file) => !apart.some((folder) => file.startsWith(folder)));
}

function runHere(args: readonly string[]): number {
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}

/** Ends with one line that reads the same on every runtime; a run of no test at all has failed. */
async function runOn(runtime: OtherRuntime, args: readonly string[]): Promise<number> {
  const child = spawn(binaryOf(runtime), args, {
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let report = "";
  for (const [from, to] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const]) {
    from.setEncoding("utf8").on("data", (text: string) => {
      report += text;
      to.write(text);
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  const { passed, failed } = outcomeOf(runtime, report);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return passed + failed === 0 || failed > 0 ? 1 : (status ?? 1);
}

process.chdir(project);
const [flag, runtime] = process.argv.slice(2);
const on = flag === "--on" ? (runtime as OtherRuntime) : undefined;
const named = process.argv.slice(on === undefined ? 2 : 4).map((path) => relative(project, path));
const files = selectFiles(named)
  .filter((file) => on === undefined || canRunOn(on, file.split(sep).join("/")))
  .toSorted();
if (files.length === 0) {
  process.stderr.write("Cannot run tests: no file *_test.ts there.\n");
  process.exit(1);
}
// Plugins under config/ import `backplane` as everybody does: from dist/.
const built = spawnSync(process.execPath, [".build/build.js", "--if-stale"], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);
const args = [...options[on ?? "here"], ...files.map((file) => `.${sep}${file}`)];
process.exit(on === undefined ? runHere(args) : await runOn(on, args));
