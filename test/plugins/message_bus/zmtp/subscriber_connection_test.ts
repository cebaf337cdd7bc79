import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { BrokerOptions } from "../../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { brokersOn } from "../test_broker.ts";
import { envelope } from "./hostile/envelope_bytes.ts";
import { KeyedPeers } from "./hostile/keyed_peers.ts";
import { RawPeer } from "./hostile/raw_peer.ts";
import { command, message } from "./hostile/wire.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));
const COUNT = 8;

/** Has a run of messages of one topic arrive in one piece; answers what the broker counted, and the message's bytes. */
async function sendRun(context: TestContext, options: Partial<BrokerOptions>) {
  const peers = new KeyedPeers({ anonymous: true });
  const { ports } = await startBroker(context, { peers, ...options });
  const subscriber = await RawPeer.openNull(ports.subscribePort, "SUB");
  const publisher = await RawPeer.openNull(ports.publishPort, "PUB");
  context.after(() => Promise.all([subscriber.cut(), publisher.cut()]));
  subscriber.send(command("SUBSCRIBE", "a"));
  assert.equal((await publisher.commandNamed("SUBSCRIBE")).toString(), "a");
  const one = message("a", envelope("me", 1));
  publisher.send(Buffer.concat(Array.from({ length: COUNT }, () => one)));
  await subscriber.messageFrame();
  return { counters: peers.anonymous!.counters, size: one.length };
}

test("of a run, as many messages go out as the high-water mark leaves room for; the rest is dropped", async (context) => {
  const { counters, size } = await sendRun(context, { highWaterMark: 5 });
  assert.deepEqual(counters, {
    in: COUNT,
    bytesIn: COUNT * size,
    out: 5,
    bytesOut: 5 * size,
    dropped: COUNT - 5,
    refused: 0,
  });
});

test("of a run, as many whole messages go out as there is room for in bytes", async (context) => {
  const { size } = await sendRun(context, {});
  for (const [bytes, out] of [
    [3 * size, 3],
    [4 * size - 1, 3],
    [COUNT * size, COUNT],
  ] as const) {
    const { counters } = await sendRun(context, { outgoingBytes: bytes });
    assert.deepEqual([counters.out, counters.dropped], [out, COUNT - out]);
  }
});
