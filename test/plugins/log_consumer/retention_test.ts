import assert from "node:assert/strict";
import { test } from "node:test";
import { stat } from "node:fs/promises";
import { readPage } from "../../../plugins/log_consumer/query.ts";
import { applyRetention } from "../../../plugins/log_consumer/retention.ts";
import { PART_IDS, partsBefore } from "../../../plugins/log_consumer/search_parts.ts";
import { LogStore } from "../../../plugins/log_consumer/store.ts";
import { ManualClock } from "../../../runtime/testing/manual_clock.ts";
import { openAt, tempDatabase, tempFiles } from "../database/temp_database.ts";
import { numbered, received } from "./entries.ts";

const DAY = 86_400_000;
const never = new AbortController().signal;

test("applyRetention() deletes by arrival, not by what an entry says of its time", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  const clock = new ManualClock();
  const now = clock.now();
  await store.append([
    received({ message: "arrived long ago", time: now }, now - 31 * DAY),
    received({ message: "old, arrived today", time: 1 }, now - DAY),
  ]);
  const deleted = await applyRetention(store, { ageMs: 30 * DAY, bytes: 1e12 }, { clock, signal: never });
  assert.equal(deleted, 1);
  const { entries } = await readPage(database, { filter: { search: '"arrived"' }, limit: 10 });
  assert.deepEqual(
    entries.map(({ message }) => message),
    ["old, arrived today"],
  );
});

test("applyRetention() deletes the oldest until the size holds, and the file shrinks", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  const store = await LogStore.open(database);
  const text = Array.from({ length: 40 }, (_, index) => `word${index * 7919}`).join(" ");
  for (let first = 0; first < 10_000; first += 1_000) {
    await store.append(
      numbered(first, 1_000).map(({ entry }) => received({ ...entry, message: `${entry.message} ${text}` })),
    );
  }
  const before = await store.usedBytes();
  const limits = { ageMs: 1e15, bytes: before / 2 };
  const deleted = await applyRetention(store, limits, { clock: new ManualClock(), signal: never });
  assert.ok((await store.usedBytes()) <= before / 2);
  assert.ok(deleted > 3_000 && deleted < 7_500, `deleted ${deleted}`);
  const { entries } = await readPage(database, { filter: {}, limit: 1 });
  assert.match(entries[0]?.message ?? "", /^message 9999 /);
  await database.execute("INSERT INTO log_search_0(log_search_0) VALUES ('integrity-check')");
  await database.close();
  assert.ok((await stat(files.database)).size < before * 0.75);
});

test("applyRetention() stops when there is nothing left to delete", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append(numbered(0, 3));
  assert.equal(await applyRetention(store, { ageMs: 1e15, bytes: 1 }, { clock: new ManualClock(), signal: never }), 3);
});

test("LogStore drops a part of the search index with its last entry, and finds entries across parts", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append(numbered(1, 1));
  await database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'log_entries'", [PART_IDS - 2]);
  const later = await LogStore.open(database);
  await later.append(numbered(2, 4));
  const parts = () => partsBefore(database, 9);
  const search = async () => (await readPage(database, { filter: { search: '"message"' }, limit: 10 })).entries.length;
  assert.deepEqual([await parts(), await search()], [[0, 1], 5]);
  await later.deleteOldest(2, Number.MAX_SAFE_INTEGER);
  assert.deepEqual([await parts(), await search()], [[1], 3]);
  await later.deleteOldest(3, Number.MAX_SAFE_INTEGER);
  await later.append(numbered(6, 1));
  assert.deepEqual([await parts(), await search()], [[1], 1]);
});
