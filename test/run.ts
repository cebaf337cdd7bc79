/**
 * Runs test files with node:test, because Node 20 knows no globs and npm's shell differs from system to system.
 * `run.ts` runs all but what needs more than `npm ci` gives (test/interop, test/runtimes); `run.ts <folder or file>...`
 * runs what is named.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
/** Per test and per file; a test that hangs fails, and so does the run. */
const TIMEOUT_MS = 300_000;

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

process.chdir(project);
const files = selectFiles(process.argv.slice(2).map((path) => relative(project, path))).toSorted();
if (files.length === 0) {
  process.stderr.write("Cannot run tests: no file *_test.ts there.\n");
  process.exit(1);
}
// Plugins under config/ import `backplane` as everybody does: from dist/.
const built = spawnSync(process.execPath, [".build/build.js", "--if-stale"], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);
const options = ["--import", "tsx", "--test", "--test-force-exit", `--test-timeout=${TIMEOUT_MS}`];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: "inherit" });
process.exit(status ?? 1);
