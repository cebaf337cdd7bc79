import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CommitFeed } from "../../../plugins/log_consumer/feed.ts";
import { LogStore } from "../../../plugins/log_consumer/store.ts";
import { eventStream, followLog, type FollowOptions } from "../../../plugins/log_consumer/stream.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { tempDatabase } from "../database/temp_database.ts";
import { numbered } from "./entries.ts";

async function follow(context: TestContext, options: Partial<FollowOptions> = {}) {
  const database = await tempDatabase(context);
  const store = await LogStore.open(database);
  const feed = new CommitFeed(systemClock, 0);
  const stop = new AbortController();
  // The feed's timers do not keep a process alive.
  const alive = setInterval(() => {}, 1_000);
  context.after(() => {
    stop.abort();
    clearInterval(alive);
  });
  const commit = async (first: number, count: number): Promise<void> => {
    feed.committed((await store.append(numbered(first, count))).last);
  };
  const begin = (more: Partial<FollowOptions> = {}) => {
    const fixed = { database, store, feed, filter: {}, lastEventId: undefined, backlog: 0, signal: stop.signal };
    return followLog({ ...fixed, ...options, ...more });
  };
  return { store, feed, stop, commit, begin };
}

/** What the next pieces hold: ids of `log` events, other events in full, until there are `count`. */
async function events(pieces: AsyncGenerator<string>, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    for (const block of value.split("\n\n")) {
      if (block === "" || block.startsWith(":")) continue;
      const id = /^id: (\d+)\nevent: log\n/.exec(block)?.[1];
      found.push(id ?? block);
    }
  }
  return found;
}

test("followLog() shows what is committed after it began, in order", async (context) => {
  const { commit, begin } = await follow(context);
  await commit(0, 2);
  const pieces = begin();
  await pieces.next();
  await commit(2, 3);
  assert.deepEqual(await events(pieces, 3), ["3", "4", "5"]);
  const waiting = events(pieces, 1);
  await commit(5, 1);
  assert.deepEqual(await waiting, ["6"]);
});

test("followLog() goes on behind Last-Event-ID", async (context) => {
  const { commit, begin } = await follow(context);
  await commit(0, 500);
  assert.deepEqual(
    await events(begin({ lastEventId: 2 }), 498),
    Array.from({ length: 498 }, (_, index) => String(index + 3)),
  );
});

test("followLog() shows the newest entries first when asked for a backlog", async (context) => {
  const { commit, begin } = await follow(context);
  await commit(0, 10);
  const pieces = begin({ backlog: 2 });
  assert.deepEqual(await events(pieces, 2), ["9", "10"]);
  await commit(10, 1);
  assert.deepEqual(await events(pieces, 1), ["11"]);
});

test("followLog() shows only what passes the filter", async (context) => {
  const { commit, begin } = await follow(context);
  await commit(0, 300);
  assert.deepEqual(await events(begin({ lastEventId: 0, filter: { search: '"message" "77"' } }), 1), ["78"]);
});

test("followLog() tells a reader what retention deleted before it came to it", async (context) => {
  const { commit, begin, store } = await follow(context);
  await commit(0, 10);
  await store.deleteOldest(6, Number.MAX_SAFE_INTEGER);
  assert.deepEqual(await events(begin({ lastEventId: 2 }), 5), [
    'id: 6\nevent: gap\ndata: {"first_id":3,"last_id":6}',
    "7",
    "8",
    "9",
    "10",
  ]);
});

test("followLog() sends a comment while nothing comes, and ends with its signal", async (context) => {
  const { begin, stop } = await follow(context, { heartbeatMs: 5 });
  const pieces = begin();
  await pieces.next();
  assert.equal((await pieces.next()).value, ": nothing new\n\n");
  stop.abort();
  assert.equal((await pieces.next()).done, true);
});

test("eventStream() ends with its signal though nobody reads, and stops following when the reader goes", async (context) => {
  const { begin, stop, commit } = await follow(context);
  await commit(0, 3);
  const ended = eventStream(begin({ lastEventId: 0, signal: stop.signal }), stop).getReader();
  stop.abort();
  for (let chunk = await ended.read(); !chunk.done; chunk = await ended.read());
  const gone = new AbortController();
  const reader = eventStream(begin({ signal: gone.signal }), gone).getReader();
  await reader.read();
  await reader.cancel();
  assert.ok(gone.signal.aborted);
});
