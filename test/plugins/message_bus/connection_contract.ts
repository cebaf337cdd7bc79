import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import { connectBus } from "../../../plugins/message_bus/client.ts";
import { payloadOf } from "../../../plugins/message_bus/outbox.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { BusEngine } from "../../../plugins/message_bus/engine.ts";
import { brokersOn, Collector, line, MAX_BYTES } from "./test_broker.ts";

const outgoing = (topic: string, message = "hello") => ({
  source: "test",
  topic,
  attributes: {},
  payload: payloadOf(logEntry, { ...line, message }),
});

/** What a connection keeps over any engine. */
export function connectionContract(engine: () => BusEngine): void {
  const startBroker = brokersOn(engine);
  test("a message published after another client's subscribe() resolved arrives", async (context) => {
    const broker = await startBroker(context);
    const listener = await broker.connect();
    const speaker = await broker.connect();
    for (let round = 0; round < 200; round += 1) {
      const collector = new Collector<BusMessage>();
      await listener.subscribe(`round.${round}`, collector.take);
      await speaker.publish(`round.${round}`, logEntry, line);
      const [message] = await collector.until(1);
      assert.equal(message?.decode(logEntry).message, "hello");
    }
    assert.equal(speaker.counters().unheard, 0);
  });

  test("a pattern receives both spellings of a topic, and only what it matches", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    const collector = new Collector<BusMessage>();
    await connection.subscribe("logs.*.v1", collector.take);
    for (const topic of ["logs.a.v1", "logs.a.v2", "logs/b/v1", "logs.v1", "logs.c.v1"]) {
      await connection.publish(outgoing(topic));
    }
    const messages = await collector.until(3);
    assert.deepEqual(
      messages.map(({ topic }) => topic),
      ["logs.a.v1", "logs/b/v1", "logs.c.v1"],
    );
  });

  test("a topic without a subscriber is counted as unheard and not sent", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    for (let index = 0; index < 100; index += 1) assert.equal(await connection.publish(outgoing("nobody.x")), false);
    const { published, unheard } = connection.counters();
    assert.deepEqual([published, unheard], [0, 100]);
  });

  test("messages keep the order of the publish calls, awaited or not", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    const speaker = await broker.attach();
    const collector = new Collector<string>();
    await connection.subscribe("order.*", (message) => collector.take(message.decode(logEntry).message));
    const count = 3_000;
    const sent = Array.from({ length: count }, (_, index) =>
      speaker.publish(outgoing(`order.${index % 7}`, `${index}`)),
    );
    await Promise.all(sent);
    assert.deepEqual(
      await collector.until(count),
      Array.from({ length: count }, (_, index) => `${index}`),
    );
  });

  test("flush() resolves when the broker has handled all that was published", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    let received = 0;
    await connection.subscribe("flush.*", () => void (received += 1));
    for (let index = 0; index < 1_000; index += 1) void connection.publish(outgoing("flush.a"));
    await connection.flush();
    assert.equal(received, 1_000, "one connection receives in the order the broker sends");
  });

  test("one subscriber's fault leaves the others alone", async (context) => {
    const broker = await startBroker(context);
    const failures: string[] = [];
    const connection = await broker.attach({ onFailure: (pattern) => failures.push(pattern) });
    const collector = new Collector<BusMessage>();
    await connection.subscribe("fault.a", () => {
      throw new Error("mine");
    });
    await connection.subscribe("fault.*", collector.take);
    await connection.publish(outgoing("fault.a"));
    await collector.until(1);
    assert.deepEqual(failures, ["fault.a"]);
    assert.equal(connection.counters().handlerFailures, 1);
  });

  test("what a handler does to the bytes it got is seen by no other, on its connection or another", async (context) => {
    const broker = await startBroker(context);
    const [here, there] = [await broker.attach(), await broker.attach()];
    const collector = new Collector<string>();
    for (const connection of [here, here, there]) {
      await connection.subscribe("bytes.*", (message) => {
        const bytes = message.payload();
        collector.take(Buffer.from(bytes).toString());
        new Uint8Array(bytes.buffer).fill(0);
      });
    }
    const payload = { type: "a.B", bytes: Buffer.from("as it was sent") };
    await here.publish({ source: "test", topic: "bytes.a", attributes: {}, payload });
    assert.deepEqual(
      await collector.until(3),
      Array.from({ length: 3 }, () => "as it was sent"),
    );
    assert.equal(payload.bytes.toString(), "as it was sent");
  });

  test("a closed subscription gets nothing more, and another on the same topic still does", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    const kept = new Collector<BusMessage>();
    const closed = await connection.subscribe("close.a", () => assert.fail("it was closed"));
    await connection.subscribe("close.a", kept.take);
    await closed.close();
    await connection.publish(outgoing("close.a"));
    await kept.until(1);
    assert.equal(connection.counters().subscriptions, 1);
  });

  test("a message over the limit is refused to its publisher and leaves no gap", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    const collector = new Collector<BusMessage>();
    await connection.subscribe("big.*", collector.take);
    const big = connection.publish(outgoing("big.a", "x".repeat(MAX_BYTES)));
    await assert.rejects(big, { code: "BUS_MESSAGE_TOO_LARGE" });
    await connection.publish(outgoing("big.a"));
    const [message] = await collector.until(1);
    assert.equal(message?.attributes["seq"], "1");
  });

  test("what is no topic is refused to its publisher", async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    await assert.rejects(connection.publish(outgoing("Not A Topic")), { code: "BUS_TOPIC_INVALID" });
    await assert.rejects(connection.publish(outgoing("_bus.flush.x")), { code: "BUS_TOPIC_INVALID" });
    await assert.rejects(
      connection.subscribe("a..b", () => undefined),
      { code: "BUS_PATTERN_INVALID" },
    );
  });

  test("connecting where no broker is fails in time", async (context) => {
    const broker = await startBroker(context);
    await broker.close();
    const attempt = connectBus({
      engine: broker.engine,
      ...broker.ports,
      source: "test",
      clock: systemClock,
      deadlineMs: 100,
    });
    await assert.rejects(attempt, { code: "BUS_UNREACHABLE" });
  });

  test("a client connects to a broker that starts later, and again after it restarts", async (context) => {
    const first = await startBroker(context);
    await first.close();
    const connecting = connectBus({ ...first.client, deadlineMs: 2_000 });
    const second = await startBroker(context, first.ports, first.engine);
    const client = await connecting;
    context.after(() => client.close());
    const collector = new Collector<BusMessage>();
    await client.subscribe("again.*", collector.take);
    await second.close();
    await assert.rejects(
      (async () => {
        for (;;) await client.publish("again.a", logEntry, line);
      })(),
      { code: "BUS_UNREACHABLE" },
    );
    await startBroker(context, first.ports, first.engine);
    assert.equal(await client.waitForSubscriber("again.a", 5_000), true);
    await client.publish("again.a", logEntry, { ...line, message: "last" });
    await client.flush();
    assert.equal(collector.items.at(-1)?.decode(logEntry).message, "last");
  });

  test("a closed connection refuses its users", async (context) => {
    const broker = await startBroker(context);
    const client = await broker.connect();
    await client.close();
    await client.close();
    await assert.rejects(client.publish("a.b", logEntry, line), { code: "BUS_CLOSED" });
    await assert.rejects(
      client.subscribe("a.b", () => undefined),
      { code: "BUS_CLOSED" },
    );
  });

  test("waitForSubscriber() ends when its client closes", async (context) => {
    const broker = await startBroker(context);
    const speaker = await broker.connect();
    const waiting = assert.rejects(speaker.waitForSubscriber("grace.a", 600_000), { code: "BUS_CLOSED" });
    await speaker.flush();
    await speaker.close();
    await waiting;
  });

  test("waitForSubscriber() waits for one, and no longer than its grace", async (context) => {
    const broker = await startBroker(context);
    const speaker = await broker.connect();
    const listener = await broker.connect();
    assert.equal(await speaker.waitForSubscriber("grace.a", 10), false);
    const waiting = speaker.waitForSubscriber("grace.a", 10_000);
    await listener.subscribe("grace.*", () => undefined);
    assert.equal(await waiting, true);
  });
}
