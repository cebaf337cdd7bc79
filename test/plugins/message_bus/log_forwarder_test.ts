import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import { LogForwarder } from "../../../plugins/message_bus/log_forwarder.ts";
import type { Logger, LogRecord } from "../../../runtime/logger.ts";
import { inProcessEngine } from "./in_process_engine.ts";
import { brokersOn, Collector, MAX_BYTES } from "./test_broker.ts";

const startBroker = brokersOn(inProcessEngine);

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  critical: () => undefined,
  get local() {
    return this;
  },
};

function record(message: string, given: Partial<LogRecord> = {}): LogRecord {
  const base = { time: 1_700_000_000_000, level: "info", subsystem: "plugin", module: "greeter", fields: {} } as const;
  return { ...base, message, local: false, ...given };
}

const textOf = (message: BusMessage): string => message.decode(logEntry).message;

test("lines wait until somebody subscribes, then arrive in order", async (context) => {
  const connection = await (await startBroker(context)).attach();
  const forwarder = new LogForwarder(connection, "backplane", silent);
  for (const message of ["1", "2", "3"]) forwarder.take(record(message));
  assert.equal(forwarder.counters.waiting, 3);
  const collector = new Collector<string>();
  await connection.subscribe("logs.*", (message) => collector.take(textOf(message)));
  forwarder.take(record("4"));
  assert.deepEqual(await collector.until(4), ["1", "2", "3", "4"]);
  assert.deepEqual(forwarder.counters, { waiting: 0, dropped: 0, failed: 0 });
});

test("a line carries its parts, and its module becomes a topic's word", async (context) => {
  const connection = await (await startBroker(context)).attach();
  const forwarder = new LogForwarder(connection, "backplane", silent);
  const collector = new Collector<BusMessage>();
  await connection.subscribe("logs.*", collector.take);
  const fields = { text: "t", count: 2, error: new Error("broke"), huge: 1n };
  forwarder.take(record("hello", { module: "My Greeter/2", level: "error", fields }));
  const [message] = await collector.until(1);
  assert.equal(message?.topic, "logs.plugin.my_greeter_2");
  assert.equal(message.source, "backplane");
  const entry = message.decode(logEntry);
  assert.deepEqual([entry.level, entry.subsystem, entry.module], ["error", "plugin", "My Greeter/2"]);
  assert.deepEqual({ ...entry.extra }, { text: "t", count: "2", error: "broke", huge: "1" });
  assert.equal(entry.time, 1_700_000_000_000);
});

test("a line marked local never leaves the process", async (context) => {
  const connection = await (await startBroker(context)).attach();
  const forwarder = new LogForwarder(connection, "backplane", silent);
  const collector = new Collector<string>();
  await connection.subscribe("logs.*", (message) => collector.take(textOf(message)));
  forwarder.take(record("private", { local: true }));
  forwarder.take(record("public"));
  await collector.until(1);
  await connection.flush();
  assert.deepEqual(collector.items, ["public"]);
});

test("while nobody subscribes the newest 10,000 lines are kept and the others counted", async (context) => {
  const connection = await (await startBroker(context)).attach();
  const forwarder = new LogForwarder(connection, "backplane", silent);
  for (let index = 0; index < 10_005; index += 1) forwarder.take(record(`${index}`));
  assert.deepEqual(forwarder.counters, { waiting: 10_000, dropped: 5, failed: 0 });
  const collector = new Collector<string>();
  await connection.subscribe("logs.plugin.*", (message) => collector.take(textOf(message)));
  assert.equal((await collector.until(10_000))[0], "5");
});

test("a line that cannot be sent is counted, said once and locally, and holds up nothing", async (context) => {
  const connection = await (await startBroker(context)).attach({ maxMessageBytes: 1_000 });
  const said: string[] = [];
  const log: Logger = { ...silent, local: { ...silent, warning: (message) => said.push(message) } };
  const forwarder = new LogForwarder(connection, "backplane", log);
  const collector = new Collector<string>();
  await connection.subscribe("logs.*", (message) => collector.take(textOf(message)));
  for (const message of ["x".repeat(2_000), "y".repeat(2_000), "short"]) forwarder.take(record(message));
  assert.deepEqual(await collector.until(1), ["short"]);
  assert.equal(forwarder.counters.failed, 2);
  assert.equal(said.length, 1);
});

test("a line with a lone surrogate, or with fields over the limit, arrives all the same", async (context) => {
  const connection = await (await startBroker(context)).attach();
  const forwarder = new LogForwarder(connection, "backplane", silent);
  const collector = new Collector<BusMessage>();
  await connection.subscribe("logs.*", collector.take);
  forwarder.take(record("half \ud800", { fields: { "key \udc00": "value \ud800" } }));
  forwarder.take(record("large", { fields: { text: "x".repeat(MAX_BYTES) } }));
  const [half, large] = (await collector.until(2)).map((message) => message.decode(logEntry));
  assert.equal(half?.message, "half \ufffd");
  assert.deepEqual({ ...half.extra }, { "key \ufffd": "value \ufffd" });
  assert.equal(large?.message, "large");
  assert.deepEqual({ ...large.extra }, { fields: "[too large]" });
});
