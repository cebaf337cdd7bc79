import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Drops } from "../../../plugins/log_consumer/drops.ts";
import { readPage } from "../../../plugins/log_consumer/query.ts";
import { EntryQueue } from "../../../plugins/log_consumer/queue.ts";
import { LogStore } from "../../../plugins/log_consumer/store.ts";
import { BatchWriter, type WriterOptions } from "../../../plugins/log_consumer/writer.ts";
import { ManualClock } from "../../../runtime/testing/manual_clock.ts";
import { tempDatabase } from "../database/temp_database.ts";
import { received } from "./entries.ts";

async function makeWriter(context: TestContext, options: Partial<WriterOptions> = {}) {
  const database = await tempDatabase(context);
  const store = options.store ?? (await LogStore.open(database));
  const clock = new ManualClock();
  const drops = new Drops(clock);
  const queue = new EntryQueue({ entries: 1_000, bytes: 1e9 }, ({ entry }, reason) => drops.add(reason, entry.level));
  const batches: number[] = [];
  const health: (string | undefined)[] = [];
  const writer = new BatchWriter({
    queue,
    store,
    drops,
    clock,
    batchRows: 10,
    batchMs: 100,
    onCommitted: ({ first, last }) => batches.push(last - first + 1),
    onFailing: (error) => health.push(error === undefined ? undefined : (error as { code: string }).code),
    ...options,
  });
  const push = (message: string): void => {
    queue.push(received({ message }));
    writer.notice();
  };
  const written = async (): Promise<readonly string[]> =>
    (await readPage(database, { filter: {}, limit: 1_000 })).entries.map(({ message }) => message).toReversed();
  return { writer, queue, drops, clock, database, batches, health, push, written };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

test("BatchWriter writes a full batch at once and the rest after batchMs", async (context) => {
  const { batches, clock, push, queue } = await makeWriter(context);
  for (let index = 0; index < 13; index += 1) push(String(index));
  await until(() => batches.length === 1);
  assert.deepEqual([batches, queue.size], [[10], 3]);
  await clock.advance(100);
  await until(() => batches.length === 2);
  assert.deepEqual(batches, [10, 3]);
});

test("BatchWriter drops only the entries that the database refuses, and notes them as a row", async (context) => {
  const { writer, database, drops, clock, push, written } = await makeWriter(context);
  await database.execute(`CREATE TRIGGER poison BEFORE INSERT ON log_entries WHEN new.message LIKE 'bad%'
    BEGIN SELECT RAISE(ABORT, 'poisoned'); END`);
  for (let index = 0; index < 10; index += 1) push(index % 7 === 3 ? "bad" : String(index));
  await until(() => writer.committed >= 9);
  await clock.advance(2_000);
  push("after");
  await clock.advance(100);
  await until(() => writer.committed >= 10);
  assert.deepEqual(drops.counts(), { rejected: { info: 1 } });
  const rows = await written();
  assert.deepEqual(
    rows.filter((message) => /^\d$/.test(message)),
    ["0", "1", "2", "4", "5", "6", "7", "8", "9"],
  );
  assert.ok(rows.includes("1 log entries were lost: rejected 1 info."));
});

test("BatchWriter keeps what a full disk refuses and writes it when there is room, more slowly each time", async (context) => {
  const { writer, database, clock, push, health, written } = await makeWriter(context);
  const pages = await database.execute("PRAGMA page_count");
  await database.execute(`PRAGMA max_page_count = ${String(pages.rows[0]?.["page_count"])}`);
  for (let index = 0; index < 10; index += 1) push(`${index} ${"x".repeat(3_000)}`);
  await until(() => writer.failures === 1);
  await nextTurn();
  await clock.advance(250);
  await until(() => writer.failures === 2);
  await nextTurn();
  await clock.advance(499);
  await nextTurn();
  assert.deepEqual([writer.failures, writer.failing, writer.kept], [2, true, 10]);
  await database.execute("PRAGMA max_page_count = 1000000");
  await clock.advance(1);
  await until(() => writer.committed === 10);
  assert.deepEqual(health, ["DATABASE_STATEMENT_FAILED", undefined]);
  assert.equal((await written()).length, 10);
});

test("BatchWriter.stop() writes all that waits", async (context) => {
  const { writer, push, written } = await makeWriter(context);
  for (let index = 0; index < 25; index += 1) push(String(index));
  await writer.stop(new AbortController().signal);
  assert.equal((await written()).length, 25);
});

test("BatchWriter.stop() gives up what fails, and counts it", async (context) => {
  const { writer, database, drops, push } = await makeWriter(context);
  for (let index = 0; index < 5; index += 1) push(String(index));
  await database.close();
  await writer.stop(new AbortController().signal);
  assert.deepEqual(drops.counts(), { shutdown: { info: 5 } });
});

test("BatchWriter.stop() does not wait for the next attempt of a failing batch", async (context) => {
  const { writer, database, drops, push } = await makeWriter(context);
  await database.close();
  for (let index = 0; index < 10; index += 1) push(String(index));
  await until(() => writer.failing);
  await writer.stop(new AbortController().signal);
  assert.deepEqual(drops.counts(), { shutdown: { info: 10 } });
});

test("BatchWriter tells of a flood's losses once a second", async (context) => {
  const { writer, drops, clock, push, written } = await makeWriter(context);
  await clock.advance(5_000);
  for (let index = 0; index < 3; index += 1) {
    drops.add("queue_full", "debug", 4);
    push("entry");
    await clock.advance(100);
    await until(() => writer.committed >= index + 2);
  }
  await clock.advance(1_000);
  await until(() => !drops.pending);
  await until(() => writer.committed === 5);
  assert.deepEqual(
    (await written()).filter((message) => message !== "entry"),
    ["4 log entries were lost: queue_full 4 debug.", "8 log entries were lost: queue_full 8 debug."],
  );
});
