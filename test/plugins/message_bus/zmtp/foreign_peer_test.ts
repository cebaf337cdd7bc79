import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusMessage, logEntry } from "../../../../plugins/message_bus/contract.ts";
import { EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { brokersOn, Collector, line, MAX_BYTES } from "../test_broker.ts";
import { RawPeer } from "./hostile/raw_peer.ts";
import { command, message } from "./hostile/wire.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));

test("what is no proper message is dropped and counted by reason", async (context) => {
  const broker = await startBroker(context);
  const connection = await broker.attach();
  const collector = new Collector<BusMessage>();
  await connection.subscribe("raw.*", collector.take);
  const peer = await RawPeer.openNull(broker.ports.publishPort, "PUB");
  context.after(() => peer.cut());
  const good = new EnvelopeWriter().write({ topic: "raw.a", id: "1", time: 1, source: "s", attributes: {} });
  peer.send(
    message("raw.a"),
    message("raw.a", good, "third"),
    message("raw.a", Buffer.from([0x0a, 0xff])),
    message("raw.NOT A TOPIC", good),
    message("raw.a", Buffer.alloc(MAX_BYTES + 1)),
    message("raw.a", good),
  );
  await collector.until(1);
  const { received, dropped } = connection.counters();
  assert.equal(received, 1);
  assert.deepEqual(dropped, { malformed: 3, too_large: 1, invalid_topic: 1, queue_full: 0, not_a_request: 0 });
});

test("a message that a peer sends up against the stream is not taken for the end of a subscription", async (context) => {
  const broker = await startBroker(context);
  const [connection, other] = [await broker.attach(), await broker.connect()];
  const collector = new Collector<string>();
  await connection.subscribe("logs.*", ({ topic }) => collector.take(topic));
  const stranger = await RawPeer.openNull(broker.ports.subscribePort, "SUB");
  context.after(() => stranger.cut());
  for (const kind of [2, 0]) stranger.send(message(Buffer.from([kind, ...Buffer.from("logs.")])));
  // What comes up keeps its order, so once the last of these is known the others have been seen.
  stranger.send(command("SUBSCRIBE", "mark."));
  assert.equal(await other.waitForSubscriber("mark.a", 5_000), true);
  await other.publish("logs.a", logEntry, line);
  await other.flush();
  assert.deepEqual(await collector.until(1), ["logs.a"]);
});
