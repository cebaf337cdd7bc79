import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePorts, jsonLines } from "../system/command_line.ts";
import { until } from "../system/instance.ts";
import { tempDir } from "../temp_dir.ts";
import { binaryOf } from "./binaries.ts";

const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));
const { BACKPLANE_MANIFEST: _, ...env } = process.env;

type Run = (args: readonly string[], input?: string) => Promise<string>;

/** How a backend gets its first manifest. @returns its path */
const manifests: Readonly<Record<string, (run: Run, folder: string) => Promise<string>>> = {
  "what init writes": async (run, folder) => {
    await run(["init"]);
    return join(folder, "core.yaml");
  },
  "the config/core.yaml of the package": async (_run, folder) => {
    await mkdir(join(folder, "config"));
    const path = join(folder, "config", "core.yaml");
    await copyFile(new URL("../../config/core.yaml", import.meta.url), path);
    return path;
  },
};

/** So that a test disturbs no other: ports that are free, otherwise all that there was. */
async function moveToFreePorts(path: string): Promise<void> {
  const [port, publish, subscribe] = await freePorts(3);
  const config = `\n        config: { publish_port: ${publish}, subscribe_port: ${subscribe} }`;
  const text = (await readFile(path, "utf8")).replace("port: 8771", `port: ${port}`);
  const commented = text.replace("# publish_port: 5555", `publish_port: ${publish}`);
  const moved = commented.replace("# subscribe_port: 5556", `subscribe_port: ${subscribe}`);
  await writeFile(path, moved === text ? text.replace(/message_bus: .*/, `$&${config}`) : moved);
}

for (const runtime of ["node26", "bun", "deno"] as const) {
  for (const [name, writeManifest] of Object.entries(manifests)) {
    test(`on ${runtime} ${name} is good, starts, stores what is logged, and ends on SIGTERM with 0`, async (t) => {
      const cwd = await tempDir(t);
      const command = [...(runtime === "deno" ? ["run", "--allow-all", "--no-check"] : []), bin];
      const run: Run = async (args, input = "") => {
        const running = promisify(execFile)(binaryOf(runtime), [...command, ...args], { cwd, env });
        running.child.stdin!.end(input);
        return (await running).stdout;
      };
      await moveToFreePorts(await writeManifest(run, cwd));
      assert.match(await run(["check"]), /is good: 3 plugins/);
      const options = { cwd, env, stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"] };
      const child = spawn(binaryOf(runtime), [...command, "start", "--json"], options);
      t.after(() => void child.kill("SIGKILL"));
      const exited = once(child, "exit");
      await settled(child.stdout);
      assert.equal(await run(["bus", "publish", "logs.door.first"], "hello\n"), "1 sent to logs.door.first.\n");
      await until(async () => {
        const rows = jsonLines(await run(["logs", "--module", "first", "--json"]));
        return rows.length === 1 && rows[0]!["message"] === "hello";
      }, "the row is stored");
      child.kill("SIGTERM");
      assert.deepEqual(await exited, [0, null]);
    });
  }
}

/** Resolves once everything has started. */
async function settled(output: Readable): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: output })) {
    lines.push(line);
    if (line.includes("Start has settled")) break;
  }
  output.resume();
  assert.match(lines.at(-1) ?? "", /"Start has settled\."/, lines.join("\n"));
}
