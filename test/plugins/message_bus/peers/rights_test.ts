import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { everything, type Rights, rightsOf } from "../../../../plugins/message_bus/peers/rights.ts";
import { parsePattern } from "../../../../plugins/message_bus/topic.ts";

const id = "0d6dbbd4-3b1c-4f0e-9e57-1f6a3c1d2e3f";
const nothing = rightsOf({ publish: [], subscribe: [] });
const sensors = rightsOf({ publish: ["sensors.*.state", "a.b"], subscribe: ["logs.*", "a.b"] });

const word = fc.constantFrom("a", "b", "ab", "_end", "logs");
const separator = fc.constantFrom(".", "/");
const topic = fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), separator).map(([words, by]) => words.join(by));
const pattern = fc
  .tuple(fc.array(fc.oneof(word, fc.constant("*")), { minLength: 1, maxLength: 4 }), separator)
  .map(([words, by]) => words.join(by));
const patterns = fc.array(pattern, { maxLength: 4 });

/** The rule in its plainest form. */
function allowed(given: readonly string[], text: string): boolean {
  return given.some((one) => parsePattern(one).matches(text));
}

test("20 peers may publish and receive exactly those of 50 topics that their patterns name", () => {
  const peers = fc.array(fc.record({ publish: patterns, subscribe: patterns }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(peers, fc.array(topic, { minLength: 50, maxLength: 50 }), (settings, topics) => {
      for (const setting of settings) {
        const rights = rightsOf(setting);
        for (const text of [...topics, ...topics]) {
          assert.equal(rights.mayPublish(text), allowed(setting.publish, text), text);
          assert.equal(rights.mayReceive(text), allowed(setting.subscribe, text), text);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("a peer may subscribe what its patterns subscribe, and is told of all that reaches what it publishes", () => {
  fc.assert(
    fc.property(patterns, topic, fc.nat(20), (given, text, end) => {
      const subscriber = rightsOf({ publish: [], subscribe: given });
      const publisher = rightsOf({ publish: given, subscribe: [] });
      const prefix = text.slice(0, end);
      for (const one of given)
        for (const own of parsePattern(one).prefixes) assert.ok(subscriber.maySubscribe(own), own);
      if (publisher.mayPublish(text)) assert.ok(publisher.mayHear(prefix), `${text} begins with ${prefix}`);
      if (subscriber.mayReceiveAll(prefix)) assert.ok(subscriber.mayReceive(text), `${text} begins with ${prefix}`);
    }),
  );
});

test("a prefix that holds more than the patterns is refused", () => {
  for (const prefix of ["", "l", "logs", "logsx", "a", "a.", "a.bc", "b."]) {
    assert.equal(sensors.maySubscribe(prefix), false, prefix);
  }
  for (const prefix of ["logs.", "logs/", "logs.a", "logs/a/b", "a.b", "a/b"]) {
    assert.equal(sensors.maySubscribe(prefix), true, prefix);
  }
});

test("what comes under an allowed prefix and matches no pattern is not received", () => {
  assert.equal(sensors.mayReceive("a.b"), true);
  assert.equal(sensors.mayReceive("a.bc"), false);
  assert.equal(sensors.mayReceive("logs"), false);
});

test("a publisher is told only of subscriptions that what it may publish can reach", () => {
  for (const prefix of ["", "sen", "sensors.", "sensors.door.", "sensors/door/sta", "a", "a.b"]) {
    assert.equal(sensors.mayHear(prefix), true, prefix);
  }
  for (const prefix of ["logs.", "sensors.door.temp", "sensors.door.state.", "sensors..", "sensors.a/", "a.bc"]) {
    assert.equal(sensors.mayHear(prefix), false, prefix);
  }
});

test("a star alone is everything but the bus's own", () => {
  const all = rightsOf({ publish: ["*"], subscribe: ["*"] });
  assert.ok(all.mayPublish("a") && all.mayReceive("a/b") && all.maySubscribe("") && all.mayHear(""));
  assert.ok(all.mayReceiveAll(""));
  assert.equal(all.mayPublish("_bus.other"), false);
  assert.equal(all.maySubscribe("_bus."), false);
  assert.equal(all.mayReceive("_bus.other"), false);
});

test("every peer has the topics of its own with which a client waits for the broker", () => {
  for (const by of [".", "/"]) {
    const own = ["_bus", "client", id].join(by);
    const barrier = ["_bus", "barrier", id, "12"].join(by);
    assert.ok(nothing.mayPublish(own) && nothing.maySubscribe(own) && nothing.mayReceive(own) && nothing.mayHear(own));
    assert.ok(nothing.maySubscribe(barrier) && nothing.mayHear(barrier));
    assert.equal(nothing.mayPublish(barrier), false);
  }
});

test("nobody gets at others' topics by a part of their names", () => {
  const all = rightsOf({ publish: ["a"], subscribe: ["a"] });
  const parts = ["_bus", "_bus.", "_bus.client.", "_bus.client", "_bus.barrier.", `_bus.barrier.${id}.`, "_reply."];
  for (const prefix of [...parts, `_bus.client.${id.slice(1)}`, `_reply.${id.slice(0, -1)}`, `_bus/client.${id}`]) {
    assert.equal(all.maySubscribe(prefix), false, prefix);
  }
});

test("who may publish anything hears the answers to its requests, who may subscribe anything may answer", () => {
  const asks = rightsOf({ publish: ["a"], subscribe: [] });
  const answers = rightsOf({ publish: [], subscribe: ["a"] });
  for (const reply of [`_reply.${id}`, `_reply/${id}`]) {
    assert.deepEqual([asks.maySubscribe(reply), asks.mayReceive(reply)], [true, true]);
    assert.deepEqual([asks.mayPublish(reply), asks.mayHear(reply)], [false, false]);
    assert.deepEqual([answers.maySubscribe(reply), answers.mayReceive(reply)], [false, false]);
    assert.deepEqual([answers.mayPublish(reply), answers.mayHear(reply)], [true, true]);
    assert.deepEqual([nothing.maySubscribe(reply), nothing.mayPublish(reply)], [false, false]);
  }
});

test("what is no topic is neither published nor received, whatever the patterns", () => {
  const all = rightsOf({ publish: ["*"], subscribe: ["*"] });
  for (const text of ["", "A", "a..b", "a.b/c", "a b", "x".repeat(256)]) {
    assert.deepEqual([all.mayPublish(text), all.mayReceive(text)], [false, false], text);
  }
});

test("an answer stays right when more topics came than are remembered", () => {
  for (let number = 0; number < 10_000; number += 1) sensors.mayPublish(`sensors.n${number}.state`);
  assert.equal(sensors.mayPublish("sensors.n1.state"), true);
  assert.equal(sensors.mayPublish("sensors.n1.temp"), false);
});

test("everything allows everything", () => {
  const asked: (keyof Rights & `may${string}`)[] = [
    "mayPublish",
    "maySubscribe",
    "mayReceive",
    "mayReceiveAll",
    "mayHear",
  ];
  for (const question of asked) assert.equal(everything[question]("_bus.anything"), true);
});

test("a pattern that is none is refused", () => {
  assert.throws(() => rightsOf({ publish: ["A"], subscribe: [] }), { code: "BUS_PATTERN_INVALID" });
});
