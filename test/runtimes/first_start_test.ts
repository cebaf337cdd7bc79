import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tempDir } from "../temp_dir.ts";
import { binaryOf } from "./binaries.ts";

const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));
const { BACKPLANE_MANIFEST: _, ...env } = process.env;

for (const runtime of ["bun", "deno"] as const) {
  test(`on ${runtime} what init writes is good, starts, and ends on SIGTERM with 0`, async (t) => {
    const options = { cwd: await tempDir(t), env };
    const command = [...(runtime === "deno" ? ["run", "--allow-all", "--no-check"] : []), bin];
    const run = promisify(execFile);
    await run(binaryOf(runtime), [...command, "init"], options);
    const path = join(options.cwd, "core.yaml");
    await writeFile(path, (await readFile(path, "utf8")).replace("port: 8771", "port: 0"));
    assert.match((await run(binaryOf(runtime), [...command, "check"], options)).stdout, /is good: 1 plugin/);
    const child = spawn(binaryOf(runtime), [...command, "start", "--json"], {
      ...options,
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => void child.kill("SIGKILL"));
    const exited = once(child, "exit");
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes("Start has settled")) process.kill(child.pid!, "SIGTERM");
    }
    assert.deepEqual(await exited, [0, null], lines.join("\n"));
  });
}
