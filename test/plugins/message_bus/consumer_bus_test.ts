import assert from "node:assert/strict";
import { test } from "node:test";
import { ConsumerBus } from "../../../plugins/message_bus/consumer_bus.ts";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import { Requests } from "../../../plugins/message_bus/requests.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { ServiceConsumer } from "../../../runtime/plugin.ts";
import { Collector, line, startBroker, type TestBroker } from "./test_broker.ts";

const plain: ServiceConsumer["bind"] = (callback) => callback;

async function consumers(broker: TestBroker) {
  const connection = await broker.attach();
  const requests = new Requests(connection, systemClock);
  return (name: string, signal = new AbortController().signal, bind = plain) =>
    new ConsumerBus(connection, requests, { name, signal, bind });
}

test("a consumer publishes under its own name", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const collector = new Collector<BusMessage>();
  await consumer("reader").subscribe("names.*", collector.take);
  await consumer("ada").publish("names.a", logEntry, line, { attributes: { mood: "good", seq: "999" } });
  const [message] = await collector.until(1);
  assert.equal(message?.source, "ada");
  assert.equal(message?.attributes["mood"], "good");
  assert.equal(message?.attributes["seq"], "1", "the bus's own attributes win");
});

test("a caller's attributes cannot pass for the bus's own", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const collector = new Collector<BusMessage>();
  await consumer("reader").subscribe("names.*", collector.take);
  const attributes = { end: "true", reply_to: "names.b", correlation_id: "1", error: "none" };
  await consumer("ada").publish("names.a", logEntry, line, { attributes });
  const [message] = await collector.until(1);
  assert.deepEqual(Object.keys(message?.attributes ?? {}).toSorted(), ["epoch", "seq"]);
});

test("handlers and responders run bound to their consumer", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const running: string[] = [];
  const named =
    (name: string): ServiceConsumer["bind"] =>
    (callback) =>
    (...values) => {
      running.push(name);
      return callback(...values);
    };
  const { signal } = new AbortController();
  const collector = new Collector<BusMessage>();
  await consumer("ada", signal, named("ada")).subscribe("bound.a", collector.take);
  await consumer("bob", signal, named("bob")).respond("bound.b", () => ({ type: logEntry, value: line }));
  const caller = consumer("eve");
  await caller.publish("bound.a", logEntry, line);
  await collector.until(1);
  await caller.request("bound.b", logEntry, line);
  assert.deepEqual(running, ["ada", "bob"]);
});

test("when a consumer's run ends its subscriptions close, and it may still publish", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const run = new AbortController();
  const ending = consumer("ada", run.signal);
  const collector = new Collector<BusMessage>();
  await ending.subscribe("end.a", () => assert.fail("its run has ended"));
  await ending.respond("end.b", () => assert.fail("its run has ended"));
  await consumer("reader").subscribe("end.a", collector.take);
  run.abort();
  await ending.publish("end.a", logEntry, line);
  await collector.until(1);
  assert.equal(ending.counters().subscriptions, 1);
  await assert.rejects(
    ending.subscribe("end.a", () => undefined),
    { code: "BUS_CLOSED" },
  );
});

test("when a consumer's run ends its requests are given up", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const run = new AbortController();
  await consumer("server").respond("never.a", () => {
    run.abort(new Error("over"));
    return new Promise(() => undefined);
  });
  await assert.rejects(consumer("ada", run.signal).request("never.a", logEntry, line), { message: "over" });
});

test("a value that does not encode rejects and does not throw", async (context) => {
  const consumer = await consumers(await startBroker(context));
  const broken = {
    name: "a.Broken",
    encode: () => {
      throw new Error("cannot encode");
    },
    decode: () => undefined,
  };
  await assert.rejects(consumer("ada").publish("broken.a", broken, 1), { message: "cannot encode" });
  await assert.rejects(consumer("ada").request("broken.a", broken, 1), { message: "cannot encode" });
});
