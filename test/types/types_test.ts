import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
const files = ["equal.ts", "plugin_types.ts", "host_types.ts", "kit_types.ts"];
const EXPECTED = /^\s*\/\/ @ts-expect-error /;

test("every wrong use in test/types is an error of its own, and nothing else is", async (context) => {
  const folder = await tempDir(context);
  const expected = files.flatMap((file) => uncover(file, folder));
  assert.ok(expected.length > 30, "there are wrong uses");
  assert.deepEqual([...new Set(compile(folder))].toSorted(), expected.toSorted());
});

/** Copies a file without its expectations. @returns the place of the line below each, `file:line` */
function uncover(file: string, folder: string): string[] {
  const lines = readFileSync(new URL(file, import.meta.url), "utf8").split("\n");
  writeFileSync(join(folder, file), lines.map((line) => (EXPECTED.test(line) ? "//" : line)).join("\n"));
  return lines.flatMap((line, index) => (EXPECTED.test(line) ? `${file}:${index + 2}` : []));
}

/** @returns the place of every error, `file:line` */
function compile(folder: string): string[] {
  const settings = {
    extends: join(project, "tsconfig.json"),
    compilerOptions: {
      paths: {
        backplane: [join(project, "mod.ts")],
        "backplane/testing": [join(project, "runtime", "testing.ts")],
        "backplane/plugins/*": [join(project, "plugins", "*", "contract.ts")],
      },
    },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const { stdout, error } = spawnSync(process.execPath, [tsc, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  assert.equal(error, undefined);
  return [...stdout.matchAll(/^(\S+?)\((\d+),\d+\): error TS/gm)].map(([, file, line]) => `${file}:${line}`);
}
