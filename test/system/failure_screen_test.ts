import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { PluginFailure } from "../../runtime/plugin_failure.ts";
import { tempDir } from "../temp_dir.ts";
import { CommandLine, jsonLines, run, writeCore, writePlugin } from "./command_line.ts";

const THROWS =
  'override start(): void {\n    throw new Error("no route", { cause: new TypeError("the cable is cut") });\n  }';

test("start: a failed plugin is told once, with phase, causes, place, all it blocks, and the remedy", async (t) => {
  const folder = await tempDir(t);
  const root = await writePlugin(folder, "root", THROWS);
  const middle = { ...(await writePlugin(folder, "middle", "")), depends_on: ["root"] };
  const leaf = { ...(await writePlugin(folder, "leaf", "")), depends_on: ["middle"] };
  const command = new CommandLine(t, ["start", await writeCore(folder, { root, middle, leaf })]);
  await command.shows("Start has settled");
  command.kill("SIGTERM");
  const { code, stdout } = await command.finished;
  assert.equal(code, 0);
  const settled = jsonLines(stdout).find(({ message }) => String(message).startsWith("Start has settled"));
  const { failures } = settled!["fields"] as { readonly failures: readonly PluginFailure[] };
  assert.equal(failures.length, 1, "what is blocked is no failure of its own");
  const { plugin, phase, causes, place, blocks, remedy } = failures[0]!;
  assert.deepEqual([plugin, phase, blocks], ["root", "start", ["middle", "leaf"]]);
  assert.deepEqual(causes.at(-1), { code: "TypeError", message: "the cable is cut" });
  assert.deepEqual([place?.file, place?.line], ["root.ts", 5]);
  assert.notEqual(remedy, "");
});

test("start: a critical plugin that is blocked fails the start, and the error says by whom", async (t) => {
  const folder = await tempDir(t);
  const root = await writePlugin(folder, "root", THROWS);
  const leaf = { ...(await writePlugin(folder, "leaf", "")), depends_on: ["root"], critical: true };
  const { code, stderr, error } = await run(t, ["start", await writeCore(folder, { root, leaf })]);
  assert.deepEqual([code, error], [1, "RUNTIME_START_FAILED"]);
  const [{ error: shown }] = jsonLines(stderr) as [{ error: { failures: readonly PluginFailure[] } }];
  const { plugin, code: inner, blocks, critical_down: down } = shown.failures[0]!;
  assert.deepEqual([plugin, inner, blocks, down], ["root", "PLUGIN_START_FAILED", ["leaf"], ["leaf"]]);
});

test("check: a missing import is shown with its place, the package to install, and what it would block", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "root.ts"), 'import "no-such-package-here";\nexport default 1;\n');
  const root = { module: "./root.ts", priority: "business" };
  const leaf = { ...(await writePlugin(folder, "leaf", "")), depends_on: ["root"] };
  const { code, stderr, error } = await run(t, ["check", await writeCore(folder, { root, leaf })]);
  assert.deepEqual([code, error], [78, "PLUGIN_IMPORT_FAILED"]);
  assert.match(stderr, /blocks +leaf/);
  assert.match(stderr, /remedy +.*npm install no-such-package-here/);
  assert.match(stderr, /entry +core\.yaml:\d+:\d+ +"module": "\.\/root\.ts"/);
});
