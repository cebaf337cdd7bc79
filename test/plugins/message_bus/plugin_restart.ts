import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { logEntry } from "../../../plugins/message_bus/contract.ts";
import { PluginRun } from "./plugin_run.ts";
import { line } from "./test_broker.ts";

/** Starts, uses and stops the plugin 200 times, and looks for what stayed behind. */
export async function assertNothingLeft(settings: object): Promise<void> {
  // What a library or the runtime itself opens comes with the first few and stays.
  for (let round = 0; round < 20; round += 1) await cycle(settings);
  const before = resources();
  for (let round = 0; round < 200; round += 1) await cycle(settings);
  const deadline = Date.now() + 10_000;
  while (!settled(before) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(settled(before), JSON.stringify({ before, after: resources() }));
}

async function cycle(settings: object): Promise<void> {
  const run = new PluginRun(settings);
  await run.plugin.start();
  const bus = run.bus("reader");
  await bus.respond("cycle.a", () => ({ type: logEntry, value: line }));
  await bus.request("cycle.a", logEntry, line);
  await run.release();
}

interface Resources {
  readonly descriptors: number;
  readonly threads: number;
  readonly exitListeners: number;
  readonly timers: number;
}

function resources(): Resources {
  const count = (folder: string): number => (existsSync(folder) ? readdirSync(folder).length : 0);
  return {
    descriptors: count("/proc/self/fd"),
    threads: count("/proc/self/task"),
    exitListeners: process.listenerCount("exit"),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  };
}

/** Sockets are released a moment after. */
function settled(before: Resources): boolean {
  const now = resources();
  const keys = Object.keys(before) as (keyof Resources)[];
  return keys.every((key) => now[key] <= before[key]);
}
