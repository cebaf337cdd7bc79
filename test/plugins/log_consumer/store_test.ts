import assert from "node:assert/strict";
import { test } from "node:test";
import { readPage, type LogPage, type LogPosition } from "../../../plugins/log_consumer/query.ts";
import { LogStore } from "../../../plugins/log_consumer/store.ts";
import type { LogFilter } from "../../../plugins/log_consumer/filter.ts";
import type { SqlRunner } from "../../../plugins/database/contract.ts";
import { tempDatabase } from "../database/temp_database.ts";
import { numbered, received, start } from "./entries.ts";

function messages(page: LogPage): readonly string[] {
  return page.entries.map(({ message }) => message);
}

async function find(database: SqlRunner, filter: LogFilter): Promise<readonly string[]> {
  return messages(await readPage(database, { filter, limit: 100 }));
}

test("LogStore gives back every field as it was", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  const entry = {
    time: start + 1,
    level: "critical",
    subsystem: "api",
    module: "auth",
    message: 'líne\n"two" \u{1f600}',
    function: "login",
    topic: "logs.api.auth",
    metadata: { __proto__x: "1", key: "välue" },
    filePath: "src/a.ts",
    lineNumber: 12,
    userUuid: "u",
    sessionId: "s",
    traceId: "t",
    extra: { more: "\u0001" },
  } as const;
  assert.deepEqual(await store.append([received(entry, start + 1)]), { first: 1, last: 1 });
  assert.deepEqual((await readPage(database, { filter: {}, limit: 10 })).entries, [
    {
      id: 1,
      time: "2026-01-01T00:00:00.001Z",
      received: "2026-01-01T00:00:00.001Z",
      level: "critical",
      subsystem: "api",
      module: "auth",
      message: 'líne\n"two" \u{1f600}',
      topic: "logs.api.auth",
      source: "test",
      function: "login",
      file_path: "src/a.ts",
      line_number: 12,
      user_uuid: "u",
      session_id: "s",
      trace_id: "t",
      metadata: { __proto__x: "1", key: "välue" },
      extra: { more: "\u0001" },
    },
  ]);
});

test("LogStore keeps NUL and replaces lone surrogates", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([received({ message: "a\0b\ud800c", extra: { "\udc00": "\ud800" } })]);
  const [row] = (await readPage(database, { filter: {}, limit: 1 })).entries;
  assert.equal(row?.message, "a\0b\ufffdc");
  assert.deepEqual(row?.extra, { "\ufffd": "\ufffd" });
});

test("LogStore shows a damaged row instead of aborting the process", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([received({ message: "sound" })]);
  await database.execute(
    `INSERT INTO log_entries (time, received, level, subsystem, module, topic, source, message, details) VALUES
     (?, 0, 77, cast(x'ff' as text), cast(x'c328' as text), '', '', cast(x'61ff62' as text), cast(x'7bff' as text))`,
    [start + 1],
  );
  const [row] = (await readPage(database, { filter: {}, limit: 1 })).entries;
  assert.equal(row?.message, "a\ufffdb");
  assert.equal(row?.subsystem, "\ufffd");
  assert.equal(row?.level, "unknown");
});

test("LogStore goes on behind rows that another wrote", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await database.execute(
    `INSERT INTO log_entries (time, received, level, subsystem, module, topic, source, message)
     VALUES (0, 0, 0, '', '', '', '', '')`,
  );
  await assert.rejects(store.append([received()]), { code: "DATABASE_STATEMENT_FAILED" });
  assert.deepEqual(await store.append([received()]), { first: 2, last: 2 });
});

test("LogStore gives an entry without a time the time of its arrival", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([received({ time: 0 }, start + 5)]);
  const [row] = (await readPage(database, { filter: {}, limit: 1 })).entries;
  assert.equal(row?.time, "2026-01-01T00:00:00.005Z");
});

test("LogStore never gives an id twice, even after all rows were deleted and it was opened again", async (context) => {
  const database = await tempDatabase(context);
  await (await LogStore.open(database)).append(numbered(0, 3));
  const store = await LogStore.open(database);
  assert.equal(await store.deleteOldest(500, Number.MAX_SAFE_INTEGER), 3);
  assert.equal(await store.oldestId(), undefined);
  const again = await LogStore.open(database);
  assert.deepEqual(await again.append(numbered(3, 1)), { first: 4, last: 4 });
});

test("readPage() answers newest first by time, equal times by id", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([
    received({ message: "late", time: start + 9 }),
    received({ message: "tie one", time: start + 5 }),
    received({ message: "tie two", time: start + 5 }),
    received({ message: "old", time: start + 1 }),
  ]);
  assert.deepEqual(await find(database, {}), ["late", "tie two", "tie one", "old"]);
});

test("readPage() filters by least level, subsystem, module and time", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([
    received({ message: "debug", level: "debug", time: start }),
    received({ message: "warning", level: "warning", module: "auth", time: start + 1 }),
    received({ message: "error", level: "error", subsystem: "api", time: start + 2 }),
    received({ message: "critical", level: "critical", time: start + 3 }),
  ]);
  assert.deepEqual(await find(database, { level: "warning" }), ["critical", "error", "warning"]);
  assert.deepEqual(await find(database, { level: "critical" }), ["critical"]);
  assert.deepEqual(await find(database, { subsystem: "api" }), ["error"]);
  assert.deepEqual(await find(database, { module: "auth" }), ["warning"]);
  assert.deepEqual(await find(database, { since: start + 1, until: start + 3 }), ["error", "warning"]);
});

test("readPage() searches message and details", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([
    received({ message: "fix(database): naïve café" }),
    received({ message: "fixed elsewhere", extra: { request: "abc-123" } }),
  ]);
  assert.deepEqual(await find(database, { search: '"fix"' }), ["fix(database): naïve café"]);
  assert.deepEqual((await find(database, { search: '"fix" *' })).length, 2);
  assert.deepEqual(await find(database, { search: '"cafe"' }), ["fix(database): naïve café"]);
  assert.deepEqual(await find(database, { search: '"abc-123"' }), ["fixed elsewhere"]);
});

test("readPage() pages through everything once while entries arrive", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append(numbered(0, 25));
  const seen: string[] = [];
  let after: LogPosition | undefined;
  do {
    const page: LogPage = await readPage(database, { filter: {}, limit: 4, after });
    seen.push(...messages(page));
    after = page.next;
    await store.append(numbered(100 + seen.length, 3));
  } while (after !== undefined);
  assert.deepEqual(
    seen,
    numbered(0, 25)
      .map(({ entry }) => entry.message)
      .toReversed(),
  );
});

test("readPage() finds a rare entry behind many slices", async (context) => {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  await store.append([received({ message: "needle", time: start, level: "error" })]);
  for (let first = 1; first < 10_000; first += 1_000) await store.append(numbered(first, 1_000));
  for (const filter of [{ search: '"needle"' }, { level: "error" }, { search: '"needle"', level: "error" }] as const) {
    assert.deepEqual(await find(database, filter), ["needle"]);
  }
  const page = await readPage(database, { filter: { search: '"message"' }, limit: 9_000 });
  assert.equal(page.entries.length, 9_000);
});
