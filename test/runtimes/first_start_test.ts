import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePorts, jsonLines } from "../system/command_line.ts";
import { until } from "../system/instance.ts";
import { tempDir } from "../temp_dir.ts";
import { binaryOf } from "./binaries.ts";

const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));
const { BACKPLANE_MANIFEST: _, ...env } = process.env;

/** So that a test disturbs no other: ports that are free, otherwise all that init wrote. */
async function moveToFreePorts(path: string): Promise<void> {
  const [port, publish, subscribe] = await freePorts(3);
  const config = `config: { publish_port: ${publish}, subscribe_port: ${subscribe} }`;
  const text = await readFile(path, "utf8");
  const moved = text.replace("port: 8771", `port: ${port}`).replace(/message_bus:.*/, `$&\n        ${config}`);
  await writeFile(path, moved);
}

for (const runtime of ["node26", "bun", "deno"] as const) {
  test(`on ${runtime} what init writes is good, starts, stores what is logged, and ends on SIGTERM with 0`, async (t) => {
    const cwd = await tempDir(t);
    const command = [...(runtime === "deno" ? ["run", "--allow-all", "--no-check"] : []), bin];
    const run = async (args: readonly string[], input = ""): Promise<string> => {
      const running = promisify(execFile)(binaryOf(runtime), [...command, ...args], { cwd, env });
      running.child.stdin!.end(input);
      return (await running).stdout;
    };
    await run(["init"]);
    await moveToFreePorts(join(cwd, "core.yaml"));
    assert.match(await run(["check"]), /is good: 3 plugins/);
    const options = { cwd, env, stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"] };
    const child = spawn(binaryOf(runtime), [...command, "start", "--json"], options);
    t.after(() => void child.kill("SIGKILL"));
    const exited = once(child, "exit");
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes("Start has settled")) break;
    }
    child.stdout.resume();
    assert.equal(await run(["bus", "publish", "logs.door.first"], "hello\n"), "1 sent to logs.door.first.\n");
    await until(async () => {
      const rows = jsonLines(await run(["logs", "--module", "first", "--json"]));
      return rows.length === 1 && rows[0]!["message"] === "hello";
    }, "the row is stored");
    child.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null], lines.join("\n"));
  });
}
