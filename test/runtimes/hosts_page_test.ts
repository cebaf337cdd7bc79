import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { blocksOf } from "../docs/code_blocks.ts";
import { steps } from "../docs/machine.ts";
import { binaryOf, type OtherRuntime } from "./binaries.ts";
import { filesOf, readerFolder } from "./reader_folder.ts";

const programs = filesOf("docs/hosts.md");
const runs = blocksOf("docs/hosts.md")
  .filter(({ language }) => language === "console")
  .flatMap(({ text }) => steps(text));

function run(runtime: OtherRuntime, folder: string, program: string): string {
  const args = runtime === "deno" ? ["run", "--allow-all", program] : [program];
  const { NODE_OPTIONS: _, BACKPLANE_MANIFEST: __, ...env } = process.env;
  return execFileSync(binaryOf(runtime), args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
    stdio: "pipe",
  });
}

const allBlamed = "bern degraded\nrome degraded\n";

for (const runtime of ["node26", "bun", "deno"] as const) {
  test(`the programs of docs/hosts.md print the same on ${runtime}, without a loader`, async (t) => {
    const folder = await readerFolder(t, programs);
    assert.ok(runs.length > 7);
    for (const { command, output } of runs) {
      const [, name] = /^node --import tsx (\S+)$/.exec(command)!;
      const expected = runtime === "deno" && name === "several.ts" ? allBlamed : output;
      assert.equal(run(runtime, folder, name!), expected, name);
    }
  });
}

/** The same with an error out of a promise that nobody handles. */
function withPromise(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const ticker = files.get("ticker.ts")!.replace("setTimeout(() => {", "void Promise.resolve().then(() => {");
  return new Map([...files, ["ticker.ts", ticker.replace("}, 1);", "});")]]);
}

test("an error out of a promise comes to uncaughtException on Node and Deno, and not on Bun", async (t) => {
  const folder = await readerFolder(t, withPromise(programs));
  const { output } = runs.find(({ command }) => command.endsWith(" strays.ts"))!;
  assert.equal(run("node26", folder, "strays.ts"), output);
  assert.equal(run("deno", folder, "strays.ts"), output);
  assert.throws(() => run("bun", folder, "strays.ts"), /nobody catches this/);
});

test("on Bun an error out of a promise does not tell several runtimes of the same file apart", async (t) => {
  const several = programs.get("several.ts")!.replace("uncaughtException", "unhandledRejection");
  const folder = await readerFolder(t, withPromise(new Map([...programs, ["several.ts", several]])));
  assert.equal(run("bun", folder, "several.ts"), allBlamed);
  assert.equal(run("deno", folder, "several.ts"), "bern healthy\nrome degraded\n");
});
