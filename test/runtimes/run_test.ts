import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import type { OtherRuntime } from "./binaries.ts";

const runner = fileURLToPath(new URL("../run.ts", import.meta.url));
const ONE_OF_TWO = `import { test } from "node:test";
test("good", () => {});
test("bad", () => { throw new Error("as it should"); });
`;

function runOn(runtime: OtherRuntime, file: string) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--import", "tsx", runner, "--on", runtime, file];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env });
  return { status, last: stdout.trimEnd().split("\n").at(-1) };
}

for (const runtime of ["node26", "bun", "deno"] as const) {
  test(`run.ts --on ${runtime} ends with what passed and failed, and fails when a test does`, async (t) => {
    const file = join(await tempDir(t), "sample_test.ts");
    await writeFile(file, ONE_OF_TWO);
    assert.deepEqual(runOn(runtime, file), { status: 1, last: "1 passed, 1 failed" });
  });
}

for (const runtime of ["bun", "deno"] as const) {
  test(`run.ts --on ${runtime} fails when no test ran`, async (t) => {
    const file = join(await tempDir(t), "empty_test.ts");
    await writeFile(file, "export {};\n");
    assert.deepEqual(runOn(runtime, file), { status: 1, last: "0 passed, 0 failed" });
  });
}
