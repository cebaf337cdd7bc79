import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deadlines } from "../../../runtime/lifecycle/deadlines.ts";
import { ManualClock } from "../../../runtime/testing/manual_clock.ts";

test("many deadlines share one timer of the clock", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  for (let ms = 1_000; ms > 0; ms--) deadlines.add(ms, () => undefined);
  assert.deepEqual(clock.pending, { all: 1, keepAlive: 1 });
});

test("when the last deadline is cancelled the timer goes too", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const two = [deadlines.add(10, () => undefined), deadlines.add(20, () => undefined)];
  for (const deadline of two) deadline[Symbol.dispose]();
  assert.equal(clock.pending.all, 0);
});

test("each deadline expires once, at its moment, unless it was cancelled", async () => {
  const plan = fc.array(fc.record({ ms: fc.nat(50), cancelAt: fc.option(fc.nat(60)) }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(plan, async (items) => {
      const clock = new ManualClock();
      const deadlines = new Deadlines(clock);
      const expired = items.map((): number[] => []);
      for (const [index, { ms, cancelAt }] of items.entries()) {
        const deadline = deadlines.add(ms, () => expired[index]!.push(clock.monotonic()));
        if (cancelAt !== null) clock.setTimeout(() => deadline[Symbol.dispose](), cancelAt);
      }
      await clock.advance(100);
      for (const [index, { ms, cancelAt }] of items.entries()) {
        if (cancelAt !== null && cancelAt < ms) assert.deepEqual(expired[index], []);
        else if (cancelAt === null || cancelAt > ms) assert.deepEqual(expired[index], [ms]);
      }
    }),
  );
});
