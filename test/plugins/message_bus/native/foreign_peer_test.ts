import assert from "node:assert/strict";
import { test } from "node:test";
import * as zmq from "zeromq";
import { type BusMessage, logEntry } from "../../../../plugins/message_bus/contract.ts";
import { EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { zeromqEngine } from "../../../../plugins/message_bus/native/native_engine.ts";
import { brokersOn, Collector, line, MAX_BYTES } from "../test_broker.ts";

const startBroker = brokersOn(zeromqEngine);

test("what is no proper message is dropped and counted by reason", async (context) => {
  const broker = await startBroker(context);
  const connection = await broker.attach();
  const collector = new Collector<BusMessage>();
  await connection.subscribe("raw.*", collector.take);
  const socket = new zmq.XPublisher({ linger: 1_000 });
  context.after(() => socket.close());
  socket.connect(broker.broker.endpoints.publish);
  await socket.receive();
  const good = new EnvelopeWriter().write({ topic: "raw.a", id: "1", time: 1, source: "s", attributes: {} });
  await socket.send(["raw.a"]);
  await socket.send(["raw.a", good, "third"]);
  await socket.send(["raw.a", Buffer.from([0x0a, 0xff])]);
  await socket.send(["raw.NOT A TOPIC", good]);
  await socket.send(["raw.a", Buffer.alloc(MAX_BYTES + 1)]);
  await socket.send(["raw.a", good]);
  await collector.until(1);
  const { received, dropped } = connection.counters();
  assert.equal(received, 1);
  assert.deepEqual(dropped, { malformed: 3, too_large: 1, invalid_topic: 1, queue_full: 0, not_a_request: 0 });
});

test("a message that a peer sends up against the stream is not taken for the end of a subscription", async (context) => {
  const broker = await startBroker(context);
  const [connection, other] = [await broker.attach(), await broker.connect()];
  const collector = new Collector<string>();
  await connection.subscribe("logs.*", (message) => collector.take(message.topic));

  const stranger = new zmq.XSubscriber({ linger: 0 });
  context.after(() => stranger.close());
  stranger.connect(`tcp://127.0.0.1:${broker.ports.subscribePort}`);
  const spoof = (kind: number, topic: string): Promise<void> =>
    stranger.send(Buffer.from([kind, ...Buffer.from(topic)]));
  // What comes up keeps its order, so once the last of these is known the others have been seen.
  for (const kind of [2, 0]) await spoof(kind, "logs.");
  await spoof(1, "mark.");
  assert.equal(await other.waitForSubscriber("mark.a", 5_000), true);
  await other.publish("logs.a", logEntry, line);
  await other.flush();
  assert.deepEqual(await collector.until(1), ["logs.a"]);
});
