import assert from "node:assert/strict";
import { test } from "node:test";
import { RawPeer } from "./raw_peer.ts";
import { Siege } from "./siege.ts";
import { command, COMMAND, frame, longHeader, message, MORE } from "./wire.ts";

const MAX_FRAME_BYTES = 100_000;
const TOO_LONG = [
  2n ** 63n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
  2n ** 53n,
  2n ** 32n,
  2n ** 31n,
  BigInt(2 * MAX_FRAME_BYTES),
];

for (const length of TOO_LONG) {
  for (const [kind, flags] of [
    ["message", 0],
    ["part of a message", MORE],
    ["command", COMMAND],
  ] as const) {
    test(`a ${kind} that claims ${length} bytes ends the connection at its header`, async (context) => {
      const siege = await Siege.begin(context, { maxFrameBytes: MAX_FRAME_BYTES });
      for (const [port, type] of [
        [siege.publishPort, "PUB"],
        [siege.subscribePort, "SUB"],
      ] as const) {
        const peer = await RawPeer.openNull(port, type);
        peer.send(longHeader(flags, length));
        await peer.ended();
      }
      assert.equal(siege.counters.faults.too_large, 2);
      await siege.assertOver();
    });
  }
}

test("frames without end of one message end the connection when they are too many bytes", async (context) => {
  const siege = await Siege.begin(context, { maxFrameBytes: MAX_FRAME_BYTES });
  const peer = await RawPeer.openNull(siege.publishPort, "PUB");
  const frames = Buffer.concat(Array.from({ length: 1_000 }, () => frame(MORE, "x".repeat(250))));
  peer.send(frames);
  await peer.ended();
  assert.equal(siege.counters.faults.too_large, 1);
  await siege.assertOver();
});

test("flags that ZMTP keeps at zero end the connection", async (context) => {
  const siege = await Siege.begin(context);
  for (const flags of [5, 8, 16, 0x40, 0x80, 0xff]) {
    const peer = await RawPeer.openNull(siege.publishPort, "PUB");
    peer.send(Buffer.from([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    await peer.ended();
  }
  assert.equal(siege.counters.faults.protocol, 6);
  await siege.assertOver();
});

const shapes: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  "of no bytes": [""],
  "of two frames of no bytes": ["", ""],
  "of 17 parts": Array.from({ length: 17 }, (_, part) => `part ${part}`),
  "of 17 parts of no bytes": Array.from({ length: 17 }, () => ""),
  "of the largest frame": ["topic", Buffer.alloc(MAX_FRAME_BYTES, 7)],
  "whose topic is no text": [Buffer.from([0xff, 0, 0xfe, 1]), "x"],
  "whose topic is longer than any": ["t".repeat(5_000), "x"],
};

for (const [name, parts] of Object.entries(shapes)) {
  test(`a message ${name} goes through as it is`, async (context) => {
    const siege = await Siege.begin(context, { maxFrameBytes: MAX_FRAME_BYTES });
    const subscriber = await RawPeer.openNull(siege.subscribePort, "SUB");
    const publisher = await RawPeer.openNull(siege.publishPort, "PUB");
    subscriber.send(command("SUBSCRIBE", ""));
    await publisher.commandNamed("SUBSCRIBE");
    while ((await publisher.commandNamed("SUBSCRIBE")).length > 0);
    publisher.send(message(...parts), message("end", "of it"));
    const received: Buffer[] = [];
    for (let index = 0; index < parts.length; index += 1) received.push((await subscriber.messageFrame()).body);
    assert.deepEqual(
      received,
      parts.map((part) => Buffer.from(part as string)),
    );
    assert.equal((await subscriber.messageFrame()).body.toString(), "end");
    for (const peer of [subscriber, publisher]) await peer.cut();
    await siege.assertOver();
  });
}

test("a heartbeat between the parts of a message is answered, and the message stays whole", async (context) => {
  const siege = await Siege.begin(context);
  const subscriber = await RawPeer.openNull(siege.subscribePort, "SUB");
  const publisher = await RawPeer.openNull(siege.publishPort, "PUB");
  subscriber.send(command("SUBSCRIBE", "a"));
  while ((await publisher.commandNamed("SUBSCRIBE")).toString() !== "a");
  publisher.send(frame(MORE, "a"), command("PING", Buffer.from([0, 0, 1, 2])), frame(0, "body"));
  assert.deepEqual(await publisher.commandNamed("PONG"), Buffer.from([1, 2]));
  assert.deepEqual([(await subscriber.messageFrame()).body, (await subscriber.messageFrame()).body].map(String), [
    "a",
    "body",
  ]);
  for (const peer of [subscriber, publisher]) await peer.cut();
  await siege.assertOver();
});
