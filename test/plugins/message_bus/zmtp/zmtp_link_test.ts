import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinkReceiver } from "../../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { ManualClock } from "../../../../runtime/testing.ts";
import { brokersOn } from "../test_broker.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));

/** Resolves once the broker tells that somebody subscribes the prefix. */
function hearing(wanted: string): { readonly heard: Promise<void>; readonly receiver: LinkReceiver } {
  let hear = (): void => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const receiver: LinkReceiver = {
    onInterest: (prefix, active) => active && prefix === wanted && hear(),
    onMessage: () => undefined,
    onMalformed: () => undefined,
    onStanding: () => undefined,
  };
  return { heard, receiver };
}

test("close() leaves no timer that keeps the process from exiting", async (context) => {
  const { broker } = await startBroker(context);
  const clock = new ManualClock();
  const { heard, receiver } = hearing("a.");
  const link = await zmtpEngine(clock).connect(broker.endpoints, { highWaterMark: 10 }, receiver);
  link.subscribe("a.");
  await heard;
  link.send("a.b", Buffer.from("x"));
  await link.close(60_000);
  assert.equal(clock.pending.keepAlive, 0);
});

test("close() without a broker takes as long as it was given, and no longer", async () => {
  const clock = new ManualClock();
  const endpoints = { publish: "tcp://127.0.0.1:1", subscribe: "tcp://127.0.0.1:1" };
  const link = await zmtpEngine(clock).connect(endpoints, { highWaterMark: 10 }, hearing("").receiver);
  link.send("a.b", Buffer.from("x"));
  let closed = false;
  const closing = link.close(1_000).then(() => (closed = true));
  await clock.advance(999);
  assert.equal(closed, false);
  await clock.advance(1);
  await closing;
  assert.equal(clock.pending.keepAlive, 0);
});
