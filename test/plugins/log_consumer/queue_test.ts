import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EntryQueue } from "../../../plugins/log_consumer/queue.ts";
import { logEntryLevels, type LogEntryLevel } from "../../../schemas/log_entry.ts";
import { received } from "./entries.ts";

function makeQueue(entries: number, bytes = 1e9) {
  const dropped: string[] = [];
  const queue = new EntryQueue({ entries, bytes }, ({ entry }) => dropped.push(entry.message));
  return { queue, dropped };
}

test("EntryQueue gives entries back in order of arrival, whatever their level", () => {
  const { queue } = makeQueue(10);
  for (const level of ["error", "debug", "info", "error"] as const) {
    queue.push(received({ level, message: `${level} ${queue.size}` }));
  }
  const messages = queue.take(10, 1e9).map(({ entry }) => entry.message);
  assert.deepEqual(messages, ["error 0", "debug 1", "info 2", "error 3"]);
});

test("EntryQueue keeps an error and drops the newest debug entry when it is full", () => {
  const { queue, dropped } = makeQueue(2);
  queue.push(received({ level: "debug", message: "first" }));
  queue.push(received({ level: "debug", message: "second" }));
  queue.push(received({ level: "error", message: "grave" }));
  assert.deepEqual(dropped, ["second"]);
  assert.deepEqual(
    queue.take(10, 1e9).map(({ entry }) => entry.message),
    ["first", "grave"],
  );
});

test("EntryQueue drops what comes when nothing less grave waits", () => {
  const { queue, dropped } = makeQueue(1);
  queue.push(received({ level: "info", message: "kept" }));
  queue.push(received({ level: "info", message: "equal" }));
  queue.push(received({ level: "debug", message: "less" }));
  assert.deepEqual(dropped, ["equal", "less"]);
});

test("EntryQueue is bounded by bytes too", () => {
  const { queue, dropped } = makeQueue(1_000, 10_000);
  for (let index = 0; index < 10; index += 1) queue.push(received({ message: "x".repeat(1_000) }));
  assert.ok(queue.bytes <= 10_000);
  assert.equal(queue.size + dropped.length, 10);
  assert.ok(dropped.length > 0);
});

test("EntryQueue takes one entry that is larger than the batch", () => {
  const { queue } = makeQueue(10);
  queue.push(received({ message: "x".repeat(1_000) }));
  queue.push(received());
  assert.equal(queue.take(10, 10).length, 1);
  assert.equal(queue.take(10, 1e9).length, 1);
});

test("EntryQueue loses nothing uncounted and never drops a graver entry than it keeps", () => {
  const levels = Object.keys(logEntryLevels) as LogEntryLevel[];
  const step = fc.oneof(
    fc.record({ push: fc.constantFrom(...levels) }),
    fc.record({ take: fc.integer({ min: 1, max: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, capacity) => {
      let pushed = 0;
      let dropped = 0;
      let taken = 0;
      const queue = new EntryQueue({ entries: capacity, bytes: 1e9 }, () => (dropped += 1));
      for (const one of steps) {
        if ("push" in one) {
          queue.push(received({ level: one.push }));
          pushed += 1;
        } else taken += queue.take(one.take, 1e9).length;
        assert.ok(queue.size <= capacity);
        assert.equal(queue.size + dropped + taken, pushed);
      }
      taken += queue.take(Infinity, Infinity).length;
      assert.equal(dropped + taken, pushed);
      assert.equal(queue.bytes, 0);
    }),
  );
});
