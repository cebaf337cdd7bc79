import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../../runtime/clock.ts";
import { ZmtpBroker } from "../../../../plugins/message_bus/zmtp/zmtp_broker.ts";

const silent = {
  onInterest: () => undefined,
  onMessage: () => undefined,
  onMalformed: () => undefined,
  onStanding: () => undefined,
};

test("close() resolves also when the broker goes while it waits for what was sent", async () => {
  const broker = new ZmtpBroker({ highWaterMark: 10, maxFrameBytes: 1_000 }, systemClock);
  const [link, other] = [0, 1].map(() => broker.attach({ highWaterMark: 10 }, silent));
  // More than are handed on within one turn: the rest comes after the broker has gone.
  for (let index = 0; index < 1_000; index += 1) other!.send("a", Buffer.from("x"));
  await Promise.resolve();
  for (let index = 0; index < 100; index += 1) link!.send("a", Buffer.from("x"));
  const closing = link!.close(1_000);
  await broker.close();
  await closing;
  assert.equal(link!.alive, false);
});
