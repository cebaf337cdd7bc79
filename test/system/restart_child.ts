// A program of its own: starts and stops the default plugins again and again, and counts what is left. Arguments: the
// manifest, how often. Run with --expose-gc: the database driver closes its last descriptor in the collector.
import { readdir, readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRuntime } from "../../mod.ts";

const [manifest, rounds] = process.argv.slice(2) as [string, string];

/** What a process can leave behind, by kind. */
async function count(): Promise<Record<string, number>> {
  for (let turn = 0; turn < 20; turn++) {
    globalThis.gc?.();
    await nextTurn();
  }
  const counts: Record<string, number> = { listeners: 0, descriptors: (await readdir("/proc/self/fd")).length };
  for (const name of process.eventNames()) counts["listeners"]! += process.listenerCount(name);
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  counts["threads"] = (await threads()).length;
  return counts;
}

/** By name, without those of Deno's own pool, which come and go with the work there is. */
async function threads(): Promise<readonly string[]> {
  const ids = await readdir("/proc/self/task");
  const names = await Promise.all(
    ids.map((id) => readFile(`/proc/self/task/${id}/comm`, "utf8").catch(() => "ended meanwhile")),
  );
  return names.filter((name) => !name.startsWith("tokio-runtime"));
}

async function round(): Promise<void> {
  const runtime = createRuntime({ manifest, listen: true, handleSignals: true });
  for (const { plugin, state, cause } of await runtime.start()) {
    if (state !== "running") throw new Error(`${plugin} is ${state}`, { cause });
  }
  const response = await fetch(`${runtime.url}/api/v1/admin/health/ready`);
  if (!response.ok) throw new Error(`not ready: ${response.status}`);
  await response.text();
  const { abandoned, problems } = await runtime.stop();
  if (abandoned.length > 0 || problems.length > 0) throw new Error("a stop with problems", { cause: problems });
}

// The first rounds load modules, start the thread pool and open what stays open for good.
for (let warm = 0; warm < 5; warm++) await round();
const before = await count();
for (let number = 0; number < Number(rounds); number++) await round();
const after = await count();
process.stdout.write(JSON.stringify({ before, after }));
