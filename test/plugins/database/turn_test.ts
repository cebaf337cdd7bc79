import assert from "node:assert/strict";
import { test } from "node:test";
import { Turn } from "../../../plugins/database/turn.ts";

test("work runs one after the other in order of arrival, whatever became of the work before", async () => {
  const turn = new Turn();
  const order: number[] = [];
  const first = turn.take(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push(1);
    throw new Error("1 failed");
  });
  const second = turn.take(() => order.push(2));
  assert.equal(turn.waiting, 2);
  await assert.rejects(first, /1 failed/);
  await second;
  assert.deepEqual([order, turn.waiting], [[1, 2], 0]);
});

test("a long line of work lets the event loop turn in between", async () => {
  const turn = new Turn();
  const order: string[] = [];
  setImmediate(() => order.push("other"));
  await Promise.all(Array.from({ length: 10 }, () => turn.take(() => order.push("work"))));
  assert.ok(order.includes("other"), order.join(" "));
});
