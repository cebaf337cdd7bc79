import assert from "node:assert/strict";
import { test } from "node:test";
import { logEntry } from "../../../plugins/message_bus/contract.ts";
import { payloadOf } from "../../../plugins/message_bus/outbox.ts";
import type { BusEngine } from "../../../plugins/message_bus/engine.ts";
import { brokersOn, Collector, line } from "./test_broker.ts";

/** What requests and replies keep over any engine. */
export function requestsContract(engine: () => BusEngine): void {
  const startBroker = brokersOn(engine);
  test("a request gets its own reply, also among a hundred others", async (context) => {
    const broker = await startBroker(context);
    const server = await broker.connect({ source: "server" });
    const caller = await broker.connect({ source: "caller" });
    await server.respond("echo.*", (request) => {
      const { message } = request.decode(logEntry);
      return { type: logEntry, value: { ...line, message: `${message} to ${request.source}` } };
    });
    const replies = Array.from({ length: 100 }, async (_, index) => {
      const reply = await caller.request("echo.a", logEntry, { ...line, message: `${index}` });
      assert.equal(reply.source, "server");
      return reply.decode(logEntry).message;
    });
    assert.deepEqual(
      await Promise.all(replies),
      Array.from({ length: 100 }, (_, index) => `${index} to caller`),
    );
  });

  test("a responder that throws fails the request with its message, and is counted", async (context) => {
    const broker = await startBroker(context);
    const failed = new Collector<string>();
    const server = await broker.connect({ onFailure: (pattern) => failed.take(pattern) });
    const caller = await broker.connect();
    await server.respond("fail.a", () => Promise.reject(new Error("no such thing")));
    await assert.rejects(caller.request("fail.a", logEntry, line), {
      code: "BUS_REQUEST_FAILED",
      message: /no such thing/,
    });
    assert.deepEqual(await failed.until(1), ["fail.a"]);
  });

  test("a reply that is no message of its type fails the request at once, and is counted", async (context) => {
    const broker = await startBroker(context);
    const failed = new Collector<string>();
    const server = await broker.connect({ onFailure: (pattern) => failed.take(pattern) });
    const caller = await broker.connect();
    await server.respond("fail.a", () => ({ type: "LogEntry" as never, value: line }));
    await assert.rejects(caller.request("fail.a", logEntry, line, { timeoutMs: 60_000 }), {
      code: "BUS_REQUEST_FAILED",
      message: /given as its type is none/,
    });
    assert.deepEqual(await failed.until(1), ["fail.a"]);
  });

  test("a request that nobody answers to fails at once", async (context) => {
    const broker = await startBroker(context);
    const caller = await broker.connect();
    await assert.rejects(caller.request("nobody.a", logEntry, line, { timeoutMs: 60_000 }), {
      code: "BUS_REQUEST_FAILED",
      message: /nobody answers/,
    });
  });

  test("a request without a reply in time fails", async (context) => {
    const broker = await startBroker(context);
    const caller = await broker.connect();
    await caller.subscribe("slow.a", () => undefined);
    await assert.rejects(caller.request("slow.a", logEntry, line, { timeoutMs: 20 }), { code: "BUS_REQUEST_TIMEOUT" });
  });

  test("an aborted request rejects with the signal's reason", async (context) => {
    const broker = await startBroker(context);
    const caller = await broker.connect();
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    await caller.subscribe("slow.a", () => controller.abort(reason));
    const { signal } = controller;
    await assert.rejects(caller.request("slow.a", logEntry, line, { signal }), reason);
    await assert.rejects(caller.request("slow.a", logEntry, line, { signal }), reason);
  });

  test("a message that asks for no reply is not shown to a responder", async (context) => {
    const broker = await startBroker(context);
    const server = await broker.connect();
    await server.respond("ask.a", () => assert.fail("it was no request"));
    await server.publish("ask.a", logEntry, line);
    const foreign = await broker.attach();
    const message = { source: "foreign", topic: "ask.a", payload: payloadOf(logEntry, line) };
    for (const reply_to of ["Not A Topic", "_bus.flush.x"]) {
      await foreign.publish({ ...message, attributes: { correlation_id: "1", reply_to } });
    }
    await foreign.flush();
    await server.flush();
    assert.equal(server.counters().dropped.not_a_request, 3);
  });
}
