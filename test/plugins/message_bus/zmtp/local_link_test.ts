import assert from "node:assert/strict";
import { test } from "node:test";
import { ZmtpBroker } from "../../../../plugins/message_bus/zmtp/zmtp_broker.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { brokersOn, Collector } from "../test_broker.ts";
import { RawPeer } from "./hostile/raw_peer.ts";
import { message } from "./hostile/wire.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));

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

test("of what a program sends, only a message of two frames is one; each other is told once", async (context) => {
  const { broker, ports } = await startBroker(context);
  const [messages, ended]: [string[], Collector<void>] = [[], new Collector()];
  let malformed = 0;
  const listening = new Collector<string>();
  const link = broker.attach(
    { highWaterMark: 10 },
    {
      ...silent,
      onInterest: listening.take,
      onMessage: (topic, envelope) => {
        if (topic === "end") ended.take();
        else messages.push(`${topic} ${Buffer.from(envelope).toString()}`);
      },
      onMalformed: () => (malformed += 1),
    },
  );
  link.subscribe("");
  await listening.until(1);
  const publisher = await RawPeer.openNull(ports.publishPort, "PUB");
  const shapes = [["a"], ["a", "two"], ["a", "b", "three"], ["a", "b", "c", "four"], ["a", "last"]];
  publisher.send(Buffer.concat(shapes.map((frames) => message(...frames))), message("end", ""));
  await ended.until(1);
  assert.deepEqual(messages, ["a two", "a last"]);
  assert.equal(malformed, 3);
  await publisher.cut();
  await link.close(0);
});
