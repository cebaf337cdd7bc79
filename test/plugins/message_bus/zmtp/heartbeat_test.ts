import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../../../../plugins/message_bus/zmtp/heartbeat.ts";

/** One whose handshake is done, at time 0, when nothing has come since. */
function begun(): Heartbeat {
  const heartbeat = new Heartbeat(0);
  heartbeat.begin();
  return heartbeat;
}

test("a handshake that takes five seconds is cut, whatever came meanwhile", () => {
  const heartbeat = new Heartbeat(0);
  for (let now = 500; now < 5_000; now += 500) {
    heartbeat.heard();
    assert.equal(heartbeat.tick(now, 1), undefined);
  }
  assert.equal(heartbeat.tick(5_000, 1), "cut");
});

test("who is silent for ten seconds is asked, and cut when it does not answer within ten", () => {
  const heartbeat = begun();
  assert.equal(heartbeat.tick(9_999, 1), undefined);
  assert.equal(heartbeat.tick(10_000, 1), "ping");
  assert.equal(heartbeat.tick(19_999, 1), undefined);
  assert.equal(heartbeat.tick(20_000, 1), "cut");
});

test("anything that comes is an answer", () => {
  const heartbeat = begun();
  assert.equal(heartbeat.tick(10_000, 1), "ping");
  heartbeat.heard();
  assert.equal(heartbeat.tick(20_000, 1), undefined);
  assert.equal(heartbeat.tick(30_000, 1), "ping");
});

test("a peer of ZMTP 3.0 is never asked: it knows no PING", () => {
  assert.equal(begun().tick(1_000_000, 0), undefined);
});

test("a peer that names a time to live is cut after so long a silence", () => {
  const heartbeat = begun();
  heartbeat.heard();
  assert.deepEqual(Buffer.from(heartbeat.pong(Uint8Array.of(0, 20, 65, 66))).toString(), "AB");
  assert.equal(heartbeat.tick(100, 1), undefined);
  assert.equal(heartbeat.tick(2_099, 1), undefined);
  assert.equal(heartbeat.tick(2_100, 1), "cut");
});

test("a PING without a time to live, or with a context over sixteen bytes, is refused", () => {
  for (const length of [0, 1, 19, 255]) {
    assert.throws(() => begun().pong(new Uint8Array(length)), { fault: "protocol" });
  }
});
