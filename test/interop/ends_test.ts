import assert from "node:assert/strict";
import { test } from "node:test";
import { curveKeyPair } from "zeromq";
import { Ends, implementations, messageLines } from "./ends/end.ts";

const ends = Ends.build();

for (const server of implementations) {
  for (const client of implementations) {
    test(`the ends understand each other: ${client} subscribes to ${server} with CURVE`, async (context) => {
      const [theirs, own] = [curveKeyPair(), curveKeyPair()];
      const publisher = ends.start(context, server, {
        role: "xpub",
        attach: "bind",
        endpoint: "tcp://127.0.0.1:*",
        public_key: theirs.publicKey,
        secret_key: theirs.secretKey,
      });
      const subscriber = ends.start(context, client, {
        role: "sub",
        attach: "connect",
        endpoint: await publisher.endpoint(),
        public_key: own.publicKey,
        secret_key: own.secretKey,
        server_key: theirs.publicKey,
      });
      subscriber.tell("subscribe a");
      await publisher.said("subscribed a");
      publisher.tell("send a 0 30 0");
      const expected = messageLines("a", 0, 30);
      await subscriber.until(() => subscriber.lines.length > expected.length);
      assert.deepEqual(subscriber.lines.slice(1), expected);
      subscriber.tell("cancel a");
      await publisher.said("cancelled a");
      for (const end of [subscriber, publisher]) await end.end();
    });
  }
}
