import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { runtimeArguments, sendSignal } from "../this_runtime.ts";
import { until } from "./instance.ts";

const program = fileURLToPath(new URL("several_runtimes_child.ts", import.meta.url));

interface Host {
  readonly child: ChildProcess;
  /** What it has written to standard error, by line. */
  readonly errors: string[];
  /** The states of a runtime's plugins. @param index the first is 0 */
  states(index: number): Promise<Record<string, string>>;
  get(index: number, path: string): Promise<Response>;
}

async function launch(t: TestContext): Promise<Host> {
  const child = spawn(process.execPath, runtimeArguments(program, await tempDir(t)));
  t.after(() => void child.kill("SIGKILL"));
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => void errors.push(line));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => reject(new Error(`ended early: ${errors.join("\n")}`)));
  });
  const urls = JSON.parse(line) as string[];
  const get = (index: number, path: string): Promise<Response> => fetch(`${urls[index]}/api/v1/${path}`);
  const states = async (index: number): Promise<Record<string, string>> => {
    const { plugins } = (await (await get(index, "admin/health")).json()) as {
      plugins: Record<string, { state: string }>;
    };
    return Object.fromEntries(Object.entries(plugins).map(([name, { state }]) => [name, state]));
  };
  return { child, errors, get, states };
}

test("an error that escapes in one of three runtimes of the same module fails the plugin there alone", async (t) => {
  const host = await launch(t);
  assert.equal((await host.get(1, "escape")).status, 202);
  await until(async () => (await host.states(1))["escaping"] === "error", "the second's plugin failed");
  assert.deepEqual(await host.states(0), { failing: "error", escaping: "running" });
  assert.deepEqual(await host.states(2), { escaping: "running" });
});

test("what a stopped runtime left behind does not fail the same plugin of the others", async (t) => {
  const host = await launch(t);
  host.child.stdin!.write("stop third\n");
  await until(() => host.errors.some((line) => line.includes("it escaped")), "the stopped plugin's error is told");
  assert.match(host.errors.join("\n"), /^third: .*it escaped/m);
  await assert.rejects(host.get(2, "admin/health"));
  assert.deepEqual(await host.states(0), { failing: "error", escaping: "running" });
  assert.deepEqual(await host.states(1), { escaping: "running" });
});

test("one SIGTERM stops all runtimes that handle signals, and the process ends with 0", async (t) => {
  const host = await launch(t);
  host.child.stdin!.end();
  sendSignal(host.child, "SIGTERM");
  assert.deepEqual(await once(host.child, "exit"), [0, null]);
});
