import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery, type DeliveryOptions } from "../../../plugins/message_bus/delivery.ts";
import { readEnvelope, type ReceivedMessage } from "../../../plugins/message_bus/envelope/message.ts";
import { EnvelopeWriter } from "../../../plugins/message_bus/envelope/writer.ts";
import type { BusMessage } from "../../../plugins/message_bus/contract.ts";
import { parsePattern } from "../../../plugins/message_bus/topic.ts";

const options: DeliveryOptions = {
  queueLimit: 100,
  concurrency: 1,
  onFailure: () => undefined,
  onClose: () => undefined,
};

const writer = new EnvelopeWriter();

function message(source: string, payload?: { readonly type: string; readonly bytes: Uint8Array }): ReceivedMessage {
  const bytes = new Uint8Array(writer.write({ topic: "t", id: "", time: 0, source, attributes: {}, payload }));
  const decoded = readEnvelope("t", bytes);
  assert.ok(decoded !== undefined);
  return decoded;
}

function delivery(
  handler: (message: BusMessage) => void | Promise<void>,
  given: Partial<DeliveryOptions> = {},
): Delivery {
  return new Delivery(parsePattern("t"), handler, { ...options, ...given });
}

/** A promise with its ends outside. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("an asynchronous handler is called in order, one message at a time", async () => {
  const seen: string[] = [];
  const first = gate();
  const subject = delivery(async ({ source }) => {
    seen.push(source);
    if (source === "1") await first.opened;
  });
  for (const source of ["1", "2", "3"]) subject.offer(message(source));
  await turn();
  assert.deepEqual(seen, ["1"]);
  assert.equal(subject.counters.queued, 2);
  first.open();
  await turn();
  assert.deepEqual(seen, ["1", "2", "3"]);
});

test("as many calls run at once as concurrency says", async () => {
  const held = gate();
  const subject = delivery(() => held.opened, { concurrency: 3 });
  for (let index = 0; index < 5; index += 1) subject.offer(message("x"));
  assert.deepEqual(subject.counters, { delivered: 3, dropped: 0, failed: 0, queued: 2 });
  held.open();
  await turn();
  assert.equal(subject.counters.delivered, 5);
});

test("what comes while the queue is full is dropped and counted", async () => {
  const held = gate();
  const subject = delivery(() => held.opened, { queueLimit: 2 });
  const taken = ["1", "2", "3", "4"].map((source) => subject.offer(message(source)));
  assert.deepEqual(taken, [true, true, true, false]);
  assert.equal(subject.counters.dropped, 1);
  held.open();
  await turn();
  assert.equal(subject.counters.delivered, 3);
});

test("a handler that throws or rejects is counted, told of, and called again", async () => {
  const failures: [unknown, number][] = [];
  const subject = delivery(
    ({ source }) => {
      if (source === "throws") throw new Error("thrown");
      return Promise.reject(new Error("rejected"));
    },
    { onFailure: (error, count) => failures.push([(error as Error).message, count]) },
  );
  subject.offer(message("throws"));
  subject.offer(message("rejects"));
  await turn();
  assert.deepEqual(failures, [
    ["thrown", 1],
    ["rejected", 2],
  ]);
});

test("after close() the handler is not called again, not even for what waits", async () => {
  const held = gate();
  let closed = 0;
  const subject = delivery(() => held.opened, { onClose: () => (closed += 1) });
  subject.offer(message("1"));
  subject.offer(message("2"));
  await subject.close();
  await subject.close();
  held.open();
  await turn();
  subject.offer(message("3"));
  assert.equal(subject.counters.delivered, 1);
  assert.equal(closed, 1);
});

test("a message that waits keeps its own bytes alone, not the chunk that it came in", async () => {
  const payload = { type: "a.B", bytes: Buffer.from("payload") };
  const bytes = writer.write({ topic: "t", id: "", time: 0, source: "s", attributes: {}, payload });
  const chunk = new Uint8Array(65_536);
  chunk.set(bytes, 1_000);
  const held = gate();
  const seen: Uint8Array[] = [];
  const subject = delivery((given) => {
    seen.push(given.payload());
    return held.opened;
  });
  subject.offer(message("first"));
  const waiting = readEnvelope("t", chunk.subarray(1_000, 1_000 + bytes.length));
  assert.ok(waiting !== undefined);
  subject.offer(waiting);
  // The chunk is used for something else meanwhile.
  chunk.fill(0);
  held.open();
  await turn();
  assert.equal(Buffer.from(seen[1]!).toString(), "payload");
  assert.equal(seen[1]?.buffer.byteLength, bytes.length);
});
