/**
 * Rows a second of the log consumer's way to the disk (queue, batches of 500, encrypted table with its search index,
 * synchronous FULL), against multi-row prepared statements of the `libsql` package into the same table in one thread.
 * Each row of the table is one round of both, in the same process; what counts is the ratio.
 *
 *   npx tsx test/bench/log_store.ts [rows] [rounds]
 */
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { databaseFiles } from "../../plugins/database/database_files.ts";
import { LocalDatabase } from "../../plugins/database/local_database.ts";
import { openDatabase } from "../../plugins/database/open_database.ts";
import { Drops } from "../../plugins/log_consumer/drops.ts";
import { columns, toColumns, type ReceivedEntry } from "../../plugins/log_consumer/entry.ts";
import { EntryQueue } from "../../plugins/log_consumer/queue.ts";
import { migrations } from "../../plugins/log_consumer/schema.ts";
import { createPart } from "../../plugins/log_consumer/search_parts.ts";
import { LogStore } from "../../plugins/log_consumer/store.ts";
import { BatchWriter } from "../../plugins/log_consumer/writer.ts";
import { systemClock } from "../../runtime/clock.ts";

const [rows = 100_000, rounds = 3] = process.argv.slice(2).map(Number);
const BATCH = 500;

interface Statement {
  run(...values: unknown[]): unknown;
}
interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}
type Libsql = new (path: string, options: { readonly encryptionKey: string }) => Connection;

interface Measured {
  readonly rate: number;
  /** Milliseconds. */
  readonly delay?: { readonly p50: number; readonly p99: number; readonly max: number };
}

function makeEntries(): readonly ReceivedEntry[] {
  return Array.from({ length: rows }, (_, index) => ({
    entry: {
      time: Date.now() + index,
      level: (["debug", "info", "info", "warning", "error"] as const)[index % 5] ?? "info",
      subsystem: "backend",
      module: `module_${String(index % 12)}`,
      message: `request ${String(index)} of user ${String(index % 911)} took ${String(index % 97)} ms at /api/v1/things`,
      function: "handle",
      filePath: "src/handler.ts",
      lineNumber: index % 400,
    },
    received: Date.now(),
    source: "bench",
    topic: "logs.backend.main",
  }));
}

async function measureOurs(folder: string, entries: readonly ReceivedEntry[]): Promise<Measured> {
  const client = await openDatabase(databaseFiles(folder, "ours.db"), 1_000);
  const database = new LocalDatabase({ client, clock: systemClock, transactionTimeoutMs: 10_000 });
  const drops = new Drops(systemClock);
  const queue = new EntryQueue({ entries: rows, bytes: 1e12 }, ({ entry }, reason) => drops.add(reason, entry.level));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let done = (): void => {};
  const finished = new Promise<void>((resolve) => (done = resolve));
  const writer: BatchWriter = new BatchWriter({
    queue,
    store: await LogStore.open(database),
    drops,
    clock: systemClock,
    batchRows: BATCH,
    batchMs: 100,
    onCommitted: () => {
      if (writer.committed === rows) done();
    },
    onFailing: (error) => console.error(error),
  });
  delay.enable();
  const begun = performance.now();
  for (const entry of entries) {
    queue.push(entry);
    writer.notice();
  }
  await finished;
  const seconds = (performance.now() - begun) / 1_000;
  delay.disable();
  await database.close();
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  return {
    rate: rows / seconds,
    delay: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
  };
}

function measureLibsql(folder: string, entries: readonly ReceivedEntry[]): Measured {
  const Database = createRequire(createRequire(import.meta.url).resolve("@libsql/client"))("libsql") as Libsql;
  const database = new Database(join(folder, "libsql.db"), { encryptionKey: "ab".repeat(32) });
  for (const setting of ["locking_mode = EXCLUSIVE", "auto_vacuum = INCREMENTAL", "journal_mode = WAL"]) {
    database.exec(`PRAGMA ${setting}`);
  }
  database.exec("PRAGMA synchronous = FULL");
  for (const sql of migrations.flatMap((step) => step.statements)) database.exec(sql);
  for (const { sql } of createPart(0).slice(0, 1)) database.exec(sql);
  const places = `(${["id", ...columns].map(() => "?").join(", ")})`;
  const values = Array.from({ length: BATCH }, () => places).join(", ");
  const insert = database.prepare(`INSERT INTO log_entries (id, ${columns.join(", ")}) VALUES ${values}`);
  const index = database.prepare(
    "INSERT INTO log_search_0 (rowid, message, details) SELECT id, message, details FROM log_entries WHERE id BETWEEN ? AND ?",
  );
  const begun = performance.now();
  for (let first = 0; first < rows; first += BATCH) {
    const batch = entries.slice(first, first + BATCH);
    database.exec("BEGIN IMMEDIATE");
    insert.run(batch.flatMap((entry, place) => [first + place + 1, ...toColumns(entry)]));
    index.run([first + 1, first + BATCH]);
    database.exec("COMMIT");
  }
  const seconds = (performance.now() - begun) / 1_000;
  database.close();
  return { rate: rows / seconds };
}

const entries = makeEntries();
const table: Record<string, number>[] = [];
for (let round = 0; round < rounds; round += 1) {
  const folder = await mkdtemp(join(tmpdir(), "backplane-bench-"));
  const libsql = measureLibsql(folder, entries);
  const ours = await measureOurs(folder, entries);
  await rm(folder, { recursive: true, force: true });
  table.push({
    "rows/s": Math.round(ours.rate),
    "libsql rows/s": Math.round(libsql.rate),
    ratio: Number((ours.rate / libsql.rate).toFixed(2)),
    "delay p50 ms": Number(ours.delay?.p50.toFixed(1)),
    "delay p99 ms": Number(ours.delay?.p99.toFixed(1)),
    "delay max ms": Number(ours.delay?.max.toFixed(1)),
  });
}
console.table(table);
