import assert from "node:assert/strict";
import { test } from "node:test";
import { buildCommand, buildError } from "../../../../plugins/message_bus/zmtp/command.ts";
import { NullMechanism } from "../../../../plugins/message_bus/zmtp/null_mechanism.ts";

const utf8 = new TextEncoder();
const publisher = new Map([["Socket-Type", utf8.encode("PUB")]]);
const subscriber = new Map([["Socket-Type", utf8.encode("SUB")]]);

test("two sides of NULL are done when each has the other's READY, and know each other's metadata", () => {
  const one = new NullMechanism(publisher);
  const other = new NullMechanism(subscriber);
  assert.equal(one.receive(other.begin()), undefined);
  assert.equal(other.receive(one.begin()), undefined);
  assert.deepEqual([one.done, other.done], [true, true]);
  assert.deepEqual(one.metadata, new Map([["socket-type", utf8.encode("SUB")]]));
  assert.deepEqual(other.metadata, new Map([["socket-type", utf8.encode("PUB")]]));
});

test("NULL proves no key and leaves the traffic as it is", () => {
  const mechanism = new NullMechanism(publisher);
  mechanism.receive(new NullMechanism(subscriber).begin());
  assert.deepEqual([mechanism.peerKey, mechanism.traffic], [undefined, undefined]);
});

test("NULL is not done before the other side's READY", () => {
  const mechanism = new NullMechanism(publisher);
  mechanism.begin();
  assert.equal(mechanism.done, false);
  assert.equal(mechanism.metadata.size, 0);
});

test("NULL ends the handshake on an ERROR and repeats its reason", () => {
  const mechanism = new NullMechanism(publisher);
  assert.throws(() => mechanism.receive(buildError("not_today")), { fault: "handshake", message: /"not_today"/ });
  assert.equal(mechanism.done, false);
});

test("NULL refuses a second READY and any other command", () => {
  const mechanism = new NullMechanism(publisher);
  const ready = new NullMechanism(subscriber).begin();
  assert.throws(() => mechanism.receive(buildCommand("HELLO")), { name: "ProtocolError", fault: "handshake" });
  mechanism.receive(ready);
  assert.throws(() => mechanism.receive(ready), { name: "ProtocolError", fault: "handshake" });
});

test("NULL refuses a READY that is cut at any byte inside a property", () => {
  const ready = new NullMechanism(subscriber).begin();
  const empty = buildCommand("READY").length;
  for (let length = 0; length < ready.length; length += 1) {
    if (length === empty) continue;
    assert.throws(() => new NullMechanism(publisher).receive(ready.subarray(0, length)), {
      name: "ProtocolError",
      fault: "handshake",
    });
  }
});
