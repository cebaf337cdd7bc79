import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { blocksOf } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const page = blocksOf("docs/plugins.md");

/** The fenced blocks of a language, in order. */
function blocks(language: string): string[] {
  return page.filter((block) => block.language === language).map(({ text }) => text);
}

function run(folder: string, args: readonly string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const given = { ...env, BACKPLANE_MANIFEST: "", NODE_V8_COVERAGE: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: given });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("the files of docs/plugins.md type-check, are good by `check`, and pass their own test", async (t) => {
  const folder = await tempDir(t);
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["tsx", "valibot", "@types"]) {
    symlinkSync(join(project, "node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync(project, join(folder, "node_modules", "backplane"));
  const [settings] = blocks("json");
  const [manifest] = blocks("yaml");
  const files: Record<string, string> = {
    "package.json": '{ "type": "module" }',
    "tsconfig.json": settings!,
    "core.yaml": manifest!,
  };
  for (const block of blocks("ts")) {
    const name = /^\/\/ (\S+\.ts)$/m.exec(block)?.[1];
    assert.ok(name, `names its file in the first line: ${block}`);
    files[name] = block;
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  run(folder, [join(project, "node_modules", "typescript", "bin", "tsc")]);
  const bin = join(project, "dist", "runtime", "cli", "backplane.js");
  assert.match(run(folder, [bin, "check"]), /is good/);
  run(folder, ["--import", "tsx", "--test", "plugins/tally/plugin_test.ts"]);
});
