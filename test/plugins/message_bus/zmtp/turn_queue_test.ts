import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnQueue } from "../../../../plugins/message_bus/zmtp/turn_queue.ts";

test("a step runs once the code that queued it has come to an end, in the order of the calls", async () => {
  const turns = new TurnQueue();
  const seen: number[] = [];
  turns.enqueue(() => seen.push(1));
  turns.enqueue(() => seen.push(2));
  assert.deepEqual(seen, []);
  await Promise.resolve();
  assert.deepEqual(seen, [1, 2]);
});

test("steps that queue further ones without end let the event loop turn in between", async () => {
  const turns = new TurnQueue();
  let [steps, over] = [0, false];
  const step = (): void => {
    steps += 1;
    // Were it never to turn, the test would still come to an end.
    if (!over && steps < 100_000) turns.enqueue(step);
  };
  turns.enqueue(step);
  await new Promise<void>((resolve) => void setImmediate(resolve));
  over = true;
  assert.ok(steps >= 1 && steps <= 2_000, `${steps} steps before a turn`);
});
