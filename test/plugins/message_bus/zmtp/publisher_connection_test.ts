import assert from "node:assert/strict";
import { test } from "node:test";
import type { Broker, Link } from "../../../../plugins/message_bus/engine.ts";
import { everything } from "../../../../plugins/message_bus/peers/rights.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { brokersOn } from "../test_broker.ts";
import { CurveClient } from "./hostile/curve_client.ts";
import { envelope } from "./hostile/envelope_bytes.ts";
import { KeyedPeers } from "./hostile/keyed_peers.ts";
import { RawPeer } from "./hostile/raw_peer.ts";
import { COMMAND, commandBody, message, MORE } from "./hostile/wire.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));

/** A client inside the process that subscribes everything. */
async function listenInside(broker: Broker, onTopic: (topic: string) => void): Promise<Link> {
  let heard = (): void => undefined;
  const subscribed = new Promise<void>((resolve) => (heard = resolve));
  const link = broker.attach(
    { highWaterMark: 100 },
    {
      onInterest: () => heard(),
      onMessage: onTopic,
      onMalformed: () => undefined,
      onStanding: () => undefined,
    },
  );
  link.subscribe("");
  await subscribed;
  return link;
}

test("what a publisher sent before it broke the rules is passed on", async (context) => {
  const { broker, ports } = await startBroker(context);
  const topics: string[] = [];
  const link = await listenInside(broker, (topic) => topics.push(topic));
  const publisher = await RawPeer.openNull(ports.publishPort, "PUB");
  publisher.send(Buffer.concat([message("a", "x"), message("a", "y"), Buffer.from([255, 255])]));
  await publisher.ended();
  assert.deepEqual(topics, ["a", "a"]);
  await link.close(0);
});

test("of a connection that is cut while its messages are handed on, no further one is", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const { peer, keys } = peers.add("door", everything);
  const { broker, ports } = await startBroker(context, { peers });
  const topics: string[] = [];
  const link = await listenInside(broker, (topic) => {
    topics.push(topic);
    broker.disconnect(peer);
  });
  const curve = new CurveClient(keys, peers.server.publicKey);
  const raw = await curve.handshake(ports.publishPort, "PUB");
  const sealed = ["a", "b", "c", "d"].flatMap((topic) => [curve.seal(MORE, topic), curve.seal(0, envelope("door", 1))]);
  raw.send(Buffer.concat(sealed));
  await raw.ended();
  assert.deepEqual(topics, ["a"]);
  await link.close(0);
});

test("a fault of our own cuts the connection, is counted and is told", async (context) => {
  const told: unknown[] = [];
  const { broker, ports } = await startBroker(context, { onOwnFault: (error) => told.push(error) });
  const bug = new Error("a receiver must not throw");
  const link = await listenInside(broker, () => {
    throw bug;
  });
  const publisher = await RawPeer.openNull(ports.publishPort, "PUB");
  publisher.send(message("a", "x"));
  await publisher.ended();
  assert.deepEqual(told, [bug]);
  assert.deepEqual(broker.counters?.faults, { internal: 1 });
  await link.close(0);
});

test("a subscriber that is cut while a message is handed on is not counted as having got it", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const { peer, keys } = peers.add("door", everything);
  const { broker, ports } = await startBroker(context, { peers });
  const link = await listenInside(broker, () => broker.disconnect(peer));
  const curve = new CurveClient(keys, peers.server.publicKey);
  const subscriber = await curve.handshake(ports.subscribePort, "SUB");
  subscriber.send(curve.seal(COMMAND, commandBody("SUBSCRIBE", "a")));
  const publisher = await RawPeer.openNull(ports.publishPort, "PUB");
  while ((await publisher.commandNamed("SUBSCRIBE")).toString() !== "a");
  publisher.send(message("a", envelope("", 1)));
  await subscriber.ended();
  assert.deepEqual([peer.out, peer.dropped], [0, 1]);
  await publisher.cut();
  await link.close(0);
});
