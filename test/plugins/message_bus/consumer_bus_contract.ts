import assert from "node:assert/strict";
import { test } from "node:test";
import type { BusConnection } from "../../../plugins/message_bus/connection.ts";
import { ConsumerBus } from "../../../plugins/message_bus/consumer_bus.ts";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import { Requests } from "../../../plugins/message_bus/requests.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { Scope } from "../../../runtime/lifecycle/scope.ts";
import type { ServiceConsumer } from "../../../runtime/plugin.ts";
import type { BusEngine } from "../../../plugins/message_bus/engine.ts";
import { brokersOn, Collector, line, type TestBroker } from "./test_broker.ts";

const plain: ServiceConsumer["bind"] = (callback) => callback;

async function consumers(broker: TestBroker) {
  return consumersOf(await broker.attach());
}

/** Buses of consumers that share a connection. */
function consumersOf(connection: BusConnection) {
  const requests = new Requests(connection, systemClock);
  return (name: string, scope = scopeOf(name), bind = plain) => {
    const own = scope.own.bind(scope);
    return new ConsumerBus(connection, requests, { name, signal: scope.signal, own, bind });
  };
}

/** The run of a consumer. */
function scopeOf(name: string): Scope {
  return new Scope(name, (error) => assert.fail(String(error)));
}

/** What a consumer's bus keeps over any engine. */
export function consumerBusContract(engine: () => BusEngine): void {
  const startBroker = brokersOn(engine);
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

  test("a subscription that cannot be made says why", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    const consumer = consumersOf(connection);
    const subscribing = consumer("reader").subscribe("a.b", () => undefined);
    const closing = connection.close(0);
    await assert.rejects(subscribing, { code: "BUS_CLOSED" });
    await closing;
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

  test("what is no message type, or no value of it, is refused before anything is sent", async (context) => {
    const ada = (await consumers(await startBroker(context)))("ada");
    const noType = { code: "BUS_MESSAGE_INVALID", remedy: /publish\(topic, logEntry, entry\)/ };
    for (const type of [1, undefined, null, {}, { name: "a.B" }]) {
      await assert.rejects(ada.publish("names.a", type as never, 1), noType);
      await assert.rejects(ada.request("names.a", type as never, 1), noType);
    }
    const noValue = { code: "BUS_MESSAGE_INVALID", message: /encoded as aico\.core\.LogEntry/ };
    await assert.rejects(ada.publish("names.a", logEntry, undefined as never), noValue);
    assert.equal(ada.counters().published + ada.counters().unheard, 0);
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
    const collector = new Collector<BusMessage>();
    await consumer("ada", scopeOf("ada"), named("ada")).subscribe("bound.a", collector.take);
    await consumer("bob", scopeOf("bob"), named("bob")).respond("bound.b", () => ({ type: logEntry, value: line }));
    const caller = consumer("eve");
    await caller.publish("bound.a", logEntry, line);
    await collector.until(1);
    await caller.request("bound.b", logEntry, line);
    assert.deepEqual(running, ["ada", "bob"]);
  });

  test("when a consumer's run ends its subscriptions close, and it may still publish", async (context) => {
    const consumer = await consumers(await startBroker(context));
    const run = scopeOf("ada");
    const ending = consumer("ada", run);
    const collector = new Collector<BusMessage>();
    await ending.subscribe("end.a", () => assert.fail("its run has ended"));
    await ending.respond("end.b", () => assert.fail("its run has ended"));
    await consumer("reader").subscribe("end.a", collector.take);
    await run.close(systemClock, 1_000);
    await ending.publish("end.a", logEntry, line);
    await collector.until(1);
    assert.equal(ending.counters().subscriptions, 1);
    await assert.rejects(
      ending.subscribe("end.a", () => undefined),
      { code: "BUS_CLOSED" },
    );
  });

  test("a consumer that is told to end still gets, by flush(), all that the broker holds for it", async (context) => {
    const broker = await startBroker(context);
    const consumer = await consumers(broker);
    const run = scopeOf("ada");
    const ending = consumer("ada", run);
    let received = 0;
    await ending.subscribe("held.a", () => void (received += 1));
    const publisher = await broker.connect({ source: "publisher" });
    const COUNT = 5_000;
    for (let index = 0; index < COUNT; index += 1) await publisher.publish("held.a", logEntry, line);
    await publisher.flush();
    run.end();
    await ending.flush();
    assert.equal(received, COUNT);
  });

  test("when a consumer's run ends its requests are given up", async (context) => {
    const consumer = await consumers(await startBroker(context));
    const run = scopeOf("ada");
    await consumer("server").respond("never.a", () => {
      run.end();
      return new Promise<never>(() => undefined);
    });
    await assert.rejects(consumer("ada", run).request("never.a", logEntry, line), { name: "AbortError" });
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
    const refused = { code: "BUS_MESSAGE_INVALID", message: /cannot be encoded as a\.Broken: cannot encode\./ };
    await assert.rejects(consumer("ada").publish("broken.a", broken, 1), refused);
    await assert.rejects(consumer("ada").request("broken.a", broken, 1), refused);
  });
}
