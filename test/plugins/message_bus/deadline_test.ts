import assert from "node:assert/strict";
import { test } from "node:test";
import { inTime } from "../../../plugins/message_bus/deadline.ts";
import { deferred } from "../../runtime/kernel.ts";
import { ManualClock, promisesDone } from "../../../runtime/testing/manual_clock.ts";

const onTimeout = (): Error => new Error("too late");

test("inTime() settles as the promise does, and leaves no timer", async () => {
  const clock = new ManualClock();
  assert.equal(await inTime(Promise.resolve(1), { clock, ms: 10, onTimeout }), 1);
  await assert.rejects(inTime(Promise.reject(new Error("no")), { clock, ms: 10, onTimeout }), { message: "no" });
  assert.equal(clock.pending.all, 0);
});

test("inTime() rejects when the time is over", async () => {
  const clock = new ManualClock();
  const outcome = assert.rejects(inTime(deferred().promise, { clock, ms: 10, onTimeout }), { message: "too late" });
  await clock.advance(10);
  await outcome;
});

test("inTime() handles the rejection of a promise that nobody waits for any more", async (context) => {
  const clock = new ManualClock();
  const unhandled = context.mock.fn();
  process.on("unhandledRejection", unhandled);
  context.after(() => void process.off("unhandledRejection", unhandled));
  const late = deferred();
  const signal = AbortSignal.abort(new Error("over"));
  await assert.rejects(inTime(late.promise, { clock, ms: 10, signals: [signal], onTimeout }), { message: "over" });
  late.reject(new Error("late"));
  await promisesDone();
  assert.equal(unhandled.mock.callCount(), 0);
  assert.equal(clock.pending.all, 0);
});

for (const which of [0, 1]) {
  test(`inTime() rejects with the reason of the signal that aborts, be it number ${which + 1} of two`, async () => {
    const clock = new ManualClock();
    const controllers = [new AbortController(), new AbortController()];
    const signals = controllers.map(({ signal }) => signal);
    const reason = new Error("over");
    const outcome = assert.rejects(inTime(deferred().promise, { clock, ms: 10, signals, onTimeout }), reason);
    controllers[which]!.abort(reason);
    await outcome;
    assert.equal(clock.pending.keepAlive, 0);
  });
}
