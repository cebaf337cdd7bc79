import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ConsumerBus } from "../../../plugins/message_bus/consumer_bus.ts";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import type { BusEngine, Standing } from "../../../plugins/message_bus/engine.ts";
import { inProcessEngine } from "./in_process_engine.ts";
import { Peer } from "../../../plugins/message_bus/peers/peer.ts";
import { rightsOf, type RightsSettings } from "../../../plugins/message_bus/peers/rights.ts";
import { Requests } from "../../../plugins/message_bus/requests.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { brokersOn, Collector, line } from "./test_broker.ts";

const startBroker = brokersOn(inProcessEngine);
const star: RightsSettings = { publish: ["*"], subscribe: ["*"] };

/** Buses of one process, each with the rights given. */
async function plugins(context: TestContext, clock = systemClock) {
  const broker = await startBroker(context);
  const connection = await broker.attach({ clock });
  const requests = new Requests(connection, systemClock);
  const { signal } = new AbortController();
  return (name: string, settings: RightsSettings) => {
    const peer = new Peer(name, rightsOf(settings));
    const consumer = { name, signal, own: <T>(resource: T) => resource, bind: <T>(callback: T) => callback };
    return { peer, bus: new ConsumerBus(connection, requests, consumer, peer) };
  };
}

/** An engine whose broker tells each client this of itself, and keeps from it what it may not receive. */
function telling(standing: Standing, engine: BusEngine): BusEngine {
  const rights = rightsOf(standing);
  return {
    ...engine,
    connect: (endpoints, options, receiver) => {
      receiver.onStanding(standing);
      const onMessage = (topic: string, envelope: Uint8Array): void => {
        if (rights.mayReceive(topic)) receiver.onMessage(topic, envelope);
      };
      return engine.connect(endpoints, options, { ...receiver, onMessage });
    },
  };
}

test("publishing beyond one's rights is refused and counted, and says what to write where", async (context) => {
  const plugin = await plugins(context);
  const { bus, peer } = plugin("door", { publish: ["door.*", "logs.*"], subscribe: [] });
  await assert.rejects(bus.publish("window.a", logEntry, line), (error: Error & { code: string; remedy: string }) => {
    assert.equal(error.code, "BUS_FORBIDDEN");
    assert.equal(error.message, 'Cannot publish on window.a: the peer "door" may publish door.*, logs.* only.');
    assert.match(error.remedy, /core\.api_gateway\.plugins\.message_bus\.config\.peers\.door\.publish/);
    return true;
  });
  assert.equal(peer.refused, 1);
  assert.equal(bus.counters().published, 0);
});

test("subscribing and responding beyond one's rights is refused and counted", async (context) => {
  const plugin = await plugins(context);
  const { bus, peer } = plugin("door", { publish: [], subscribe: ["door.*"] });
  const forbidden = {
    code: "BUS_FORBIDDEN",
    message: 'Cannot subscribe to *: the peer "door" may subscribe door.* only.',
  };
  await assert.rejects(
    bus.subscribe("*", () => undefined),
    forbidden,
  );
  await assert.rejects(
    bus.respond("*", () => ({ type: logEntry, value: line })),
    forbidden,
  );
  assert.equal(peer.refused, 2);
  assert.equal(bus.counters().subscriptions, 0);
});

test("asking beyond one's rights is refused", async (context) => {
  const plugin = await plugins(context);
  const { bus } = plugin("door", { publish: [], subscribe: ["door.*"] });
  await assert.rejects(bus.request("ask.a", logEntry, line), {
    code: "BUS_FORBIDDEN",
    message: /may publish nothing\.$/,
  });
});

test("what is no topic and what is no pattern is said so, whatever the rights", async (context) => {
  const plugin = await plugins(context);
  const { bus, peer } = plugin("door", { publish: [], subscribe: [] });
  await assert.rejects(bus.publish("No", logEntry, line), { code: "BUS_TOPIC_INVALID" });
  await assert.rejects(
    bus.subscribe("No", () => undefined),
    { code: "BUS_PATTERN_INVALID" },
  );
  assert.equal(peer.refused, 0);
});

test("a handler never sees a topic beyond its rights, though others of its process do", async (context) => {
  const plugin = await plugins(context);
  const held = plugin("held", { publish: [], subscribe: ["a.*.c"] });
  const free = plugin("free", star);
  const seen = new Collector<BusMessage>();
  const all = new Collector<BusMessage>();
  await held.bus.subscribe("a.*", seen.take);
  await free.bus.subscribe("a.*", all.take);
  for (const topic of ["a.b.d", "a.b.c", "a.b"]) await free.bus.publish(topic, logEntry, line);
  await free.bus.flush();
  assert.deepEqual(
    seen.items.map(({ topic }) => topic),
    ["a.b.c"],
  );
  assert.equal(all.items.length, 3);
});

test("who may only ask hears the answer, and who may only listen may answer", async (context) => {
  const plugin = await plugins(context);
  const asks = plugin("asks", { publish: ["ask.*"], subscribe: [] });
  const answers = plugin("answers", { publish: [], subscribe: ["ask.*"] });
  await answers.bus.respond("ask.*", () => ({ type: logEntry, value: line }));
  const reply = await asks.bus.request("ask.a", logEntry, line);
  assert.equal(reply.source, "answers");
});

test("nobody can make a responder publish what it may not", async (context) => {
  const broker = await startBroker(context);
  const connection = await broker.attach();
  const peer = new Peer("answers", rightsOf({ publish: [], subscribe: ["ask.*"] }));
  const requests = new Requests(connection, systemClock);
  const heard = new Collector<BusMessage>();
  await connection.subscribe("logs.*", heard.take);
  const answer = () => ({ type: logEntry, value: line });
  const responder = await requests.respond("ask.*", "answers", answer, { peer });
  const attributes = { correlation_id: "1", reply_to: "logs.forged" };
  await connection.publish({ source: "mallory", topic: "ask.a", attributes });
  await connection.flush();
  await connection.flush();
  assert.deepEqual(heard.items, []);
  assert.equal(peer.refused, 1);
  assert.equal(responder.counters.failed, 1);
});

test("what a peer sends, gets and loses is on its account", async (context) => {
  // In an envelope the time takes more or fewer bytes: these messages are all of one moment, and so of one size.
  const plugin = await plugins(context, { ...systemClock, now: () => 1_700_000_000_000 });
  const door = plugin("door", star);
  const window = plugin("window", star);
  let free = (): void => undefined;
  const busy = new Promise<void>((resolve) => (free = resolve));
  await window.bus.subscribe("a.*", () => busy, { queueLimit: 1 });
  for (let count = 0; count < 5; count += 1) await door.bus.publish("a.b", logEntry, line);
  await door.bus.flush();
  free();
  const { in: sent, bytesIn, out } = door.peer.counters;
  assert.deepEqual([sent, out], [5, 0]);
  assert.deepEqual([window.peer.counters.out, window.peer.counters.dropped], [2, 3]);
  assert.ok(bytesIn > 5 * 50);
  assert.equal(window.peer.counters.bytesOut, (bytesIn / 5) * 2);
});

test("a client in another process is held to what the broker tells it", async (context) => {
  const engine = inProcessEngine();
  const broker = await startBroker(context, {}, engine);
  const standing = { peer: "anonymous", publish: ["logs.*"], subscribe: [] };
  const client = await broker.connect({ engine: telling(standing, engine) });
  await client.publish("logs.a", logEntry, line);
  await assert.rejects(client.publish("door.a", logEntry, line), {
    code: "BUS_FORBIDDEN",
    message: 'Cannot publish on door.a: the peer "anonymous" may publish logs.* only.',
  });
  await assert.rejects(
    client.subscribe("logs.*", () => undefined),
    { code: "BUS_FORBIDDEN" },
  );
});

test("a client does not wait for a subscriber of what it may not publish", async (context) => {
  const engine = inProcessEngine();
  const broker = await startBroker(context, {}, engine);
  const standing = { peer: "anonymous", publish: ["logs.*"], subscribe: [] };
  const client = await broker.connect({ engine: telling(standing, engine) });
  await assert.rejects(client.waitForSubscriber("door.a", 60_000), { code: "BUS_FORBIDDEN" });
});

test("a client with a key publishes under the key's name only", async (context) => {
  const engine = inProcessEngine();
  const broker = await startBroker(context, {}, engine);
  const teller = telling({ peer: "door", ...star }, engine);
  await assert.rejects((await broker.connect({ engine: teller, source: "window" })).publish("a", logEntry, line), {
    code: "BUS_FORBIDDEN",
    message: 'Cannot publish as "window": the broker knows this peer as "door".',
  });
  await (await broker.connect({ engine: teller, source: "door" })).publish("a", logEntry, line);
});

test("what a broker tells that is no pattern gives no right", async (context) => {
  const engine = inProcessEngine();
  const broker = await startBroker(context, {}, engine);
  const standing = { peer: "door", publish: ["Not one", "a.*"], subscribe: ["_bus.client.*"] };
  const connect: BusEngine["connect"] = (endpoints, options, receiver) => {
    receiver.onStanding(standing);
    return engine.connect(endpoints, options, receiver);
  };
  const client = await broker.connect({ engine: { ...engine, connect }, source: "door" });
  await client.publish("a.b", logEntry, line);
  await assert.rejects(
    client.subscribe("a.*", () => undefined),
    { code: "BUS_FORBIDDEN", message: /subscribe nothing/ },
  );
});

test("what the broker keeps from a client is no loss", async (context) => {
  const engine = inProcessEngine();
  const broker = await startBroker(context, {}, engine);
  const standing = { peer: "held", publish: [], subscribe: ["a.*.c"] };
  const held = await broker.connect({ engine: telling(standing, engine), source: "held" });
  const free = await broker.connect();
  const seen = new Collector<BusMessage>();
  await held.subscribe("a.*.c", seen.take);
  for (const topic of ["a.b.c", "a.b.d", "a.b.c"]) await free.publish(topic, logEntry, line);
  await seen.until(2);
  assert.equal(held.counters().gaps, 0);
});
