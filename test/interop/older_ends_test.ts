import assert from "node:assert/strict";
import { test } from "node:test";
import { zmtpEngine } from "../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../runtime/clock.ts";
import { brokersOn } from "../plugins/message_bus/test_broker.ts";
import { Ends, implementations, messageLines } from "./ends/end.ts";
import { Tap } from "./tap.ts";

const ends = Ends.build();

for (const implementation of implementations) {
  for (const minor of [0, 1]) {
    test(`${implementation} and our broker speak ZMTP 3.${minor} when both are told that the other does`, async (context) => {
      const { broker } = await brokersOn(() => zmtpEngine(systemClock))(context);
      const front = await Tap.open(context, broker.endpoints.publish, { minor });
      const back = await Tap.open(context, broker.endpoints.subscribe, { minor });
      const publisher = ends.start(context, implementation, {
        role: "xpub",
        attach: "connect",
        endpoint: front.endpoint,
      });
      const subscriber = ends.start(context, implementation, {
        role: "sub",
        attach: "connect",
        endpoint: back.endpoint,
      });
      subscriber.tell("subscribe data.");
      await publisher.said("subscribed data.");
      publisher.tell("send data.a 0 15 0");
      const expected = messageLines("data.a", 0, 15);
      await subscriber.said(expected.at(-1)!);
      assert.deepEqual(subscriber.lines.slice(1), expected);
      subscriber.tell("cancel data.");
      await publisher.said("cancelled data.");
      // Since 3.1 subscriptions are commands; before, messages.
      for (const [tap, side] of [
        [back, "server"],
        [front, "client"],
      ] as const) {
        assert.equal(tap.count(side, "SUBSCRIBE"), minor);
        assert.equal(tap.count(side, "CANCEL"), minor);
      }
      for (const end of [subscriber, publisher]) await end.end();
    });
  }
}
