import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { zmtpEngine } from "../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../runtime/clock.ts";
import { ManualClock } from "../../runtime/testing.ts";
import { brokersOn } from "../plugins/message_bus/test_broker.ts";
import { until } from "../plugins/message_bus/zmtp/hostile/siege.ts";
import { Ends, implementations } from "./ends/end.ts";
import { Tap } from "./tap.ts";

const ends = Ends.build();
const ROUNDS = 3;
const HEARTBEAT_MS = 50;

for (const implementation of implementations) {
  test(`our broker answers the heartbeats of ${implementation}, which stays`, async (context) => {
    const { broker } = await brokersOn(() => zmtpEngine(systemClock))(context);
    const tap = await Tap.open(context, broker.endpoints.subscribe);
    const { endpoint } = tap;
    const end = ends.start(context, implementation, {
      role: "sub",
      attach: "connect",
      endpoint,
      heartbeat_ms: HEARTBEAT_MS,
    });
    await until(() => tap.count("client", "PONG") >= ROUNDS, "our answers");
    assert.ok(tap.count("server", "PING") >= ROUNDS);
    // Who is not answered connects anew.
    assert.equal(tap.count("server", "READY"), 1);
    await end.end();
  });

  test(`${implementation} answers the heartbeats of our broker, and is kept`, async (context) => {
    const clock = new ManualClock();
    const { broker } = await brokersOn(() => zmtpEngine(clock))(context);
    const tap = await Tap.open(context, broker.endpoints.subscribe);
    const end = ends.start(context, implementation, { role: "sub", attach: "connect", endpoint: tap.endpoint });
    await until(() => tap.count("client", "READY") === 1, "the handshake is done");
    for (let round = 1; round <= ROUNDS; round += 1) {
      while (tap.count("client", "PING") < round) {
        await clock.advance(500);
        // What was sent takes a turn or two through the tap.
        await sleep(2);
      }
      await until(() => tap.count("server", "PONG") === round, "its answer");
    }
    assert.deepEqual(broker.counters?.faults, {});
    assert.equal(tap.count("server", "READY"), 1);
    await end.end();
  });
}
