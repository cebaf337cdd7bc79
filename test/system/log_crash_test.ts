import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { readPage } from "../../plugins/log_consumer/query.ts";
import { LogStore } from "../../plugins/log_consumer/store.ts";
import { checkIntegrity } from "../../plugins/database/integrity.ts";
import type { DatabaseFiles } from "../../plugins/database/database_files.ts";
import { openAt, tempFiles } from "../plugins/database/temp_database.ts";
import { runtimeArguments } from "../this_runtime.ts";

/** A few by default; `BACKPLANE_CRASH_ROUNDS=50` for a long look. */
const rounds = Number(process.env["BACKPLANE_CRASH_ROUNDS"] ?? 4);
const ENTRIES = 20_000;
const MAX_DELAY_MS = 1_000;

/** Lets a child ingest, kills it after so many milliseconds, and answers the last id it reported as committed. */
function ingestAndKill(files: DatabaseFiles, delayMs: number): Promise<number> {
  const program = fileURLToPath(new URL("log_crash_child.ts", import.meta.url));
  const child = spawn(process.execPath, runtimeArguments(program, dirname(files.database), String(ENTRIES)), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    timer ??= setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal !== "SIGKILL" && code !== 0) reject(new Error(`the child ended by itself: ${errors}`));
      // What follows the last newline was cut off by the kill.
      else resolve(Math.max(0, ...output.split("\n").slice(0, -1).map(Number)));
    });
  });
}

/** The database opens, is sound, and holds every entry that was reported and not deleted since. */
async function assertSound(files: DatabaseFiles, reported: number): Promise<void> {
  const database = await openAt(files);
  const store = await LogStore.open(database);
  assert.deepEqual(await checkIntegrity(database), []);
  if (store.lastId > 0) await database.execute("INSERT INTO log_search_0(log_search_0) VALUES ('integrity-check')");
  const { rows } = await database.execute("SELECT count(*) AS entries, coalesce(min(id), 1) AS first FROM log_entries");
  const { entries, first } = rows[0] as { entries: number; first: number };
  assert.ok(store.lastId >= reported, `${String(reported)} was reported committed, ${String(store.lastId)} is there`);
  assert.equal(entries, store.lastId - first + 1);
  const found = await readPage(database, { filter: { search: '"message"' }, limit: entries + 1 });
  assert.equal(found.entries.length, entries);
  await database.close();
}

test(`${String(rounds)} kills in the middle of an ingest lose no committed entry and damage nothing`, async (context) => {
  let files = await tempFiles(context);
  let most = 0;
  for (let round = 0; round < rounds; round += 1) {
    // Every other round begins with nothing: then the kill may hit the making of key and database.
    const isFresh = round % 2 === 0;
    if (isFresh) {
      files = await tempFiles(context);
      most = 0;
    }
    const delayMs = Math.random() * (round % 4 === 0 ? MAX_DELAY_MS / 10 : MAX_DELAY_MS);
    most = Math.max(most, await ingestAndKill(files, delayMs));
    context.diagnostic(`round ${String(round + 1)}: killed after ${delayMs.toFixed(1)} ms, ${String(most)} committed`);
    await assertSound(files, most);
  }
});
