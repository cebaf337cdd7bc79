import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RawPeer } from "./raw_peer.ts";
import { rounds, Siege, until } from "./siege.ts";
import { command, message } from "./wire.ts";

test("10,000 subscriptions of one peer are kept, served, and gone with it", async (context) => {
  const siege = await Siege.begin(context);
  const peer = await RawPeer.openNull(siege.subscribePort, "SUB");
  const prefixes = Array.from({ length: 10_000 }, (_, index) => `flood.${index}.`);
  peer.send(Buffer.concat(prefixes.map((prefix) => command("SUBSCRIBE", prefix))));
  await until(() => siege.heard.size === prefixes.length + 1, "the publisher knows all of them");
  const publisher = await RawPeer.openNull(siege.publishPort, "PUB");
  publisher.send(...[0, 4_711, 9_999].map((index) => message(`flood.${index}.news`, `${index}`)));
  for (const index of [0, 4_711, 9_999]) {
    assert.equal((await peer.messageFrame()).body.toString(), `flood.${index}.news`);
    assert.equal((await peer.messageFrame()).body.toString(), `${index}`);
  }
  await siege.assertServed();
  for (const raw of [peer, publisher]) await raw.cut();
  await siege.assertOver();
});

test("a subscription that comes and goes without end costs nobody a message", async (context) => {
  const siege = await Siege.begin(context);
  const peer = await RawPeer.openNull(siege.subscribePort, "SUB");
  const flood = Buffer.concat([command("SUBSCRIBE", "legitimate."), command("CANCEL", "legitimate.")]);
  for (let round = 0; round < rounds(20_000); round += 1_000) {
    peer.send(Buffer.concat(Array.from({ length: 1_000 }, () => flood)));
    siege.publish(10);
  }
  await siege.assertServed();
  await peer.cut();
  await siege.assertOver();
});

test("cancels of what was never subscribed are passed over", async (context) => {
  const siege = await Siege.begin(context);
  const peer = await RawPeer.openNull(siege.subscribePort, "SUB");
  peer.send(command("CANCEL", "legitimate.news"), command("CANCEL"), command("CANCEL", "x".repeat(1_000)));
  peer.send(command("PING", Buffer.alloc(2)));
  await peer.commandNamed("PONG");
  await siege.assertServed();
  await peer.cut();
  await siege.assertOver();
});

test("a flood of heartbeats is answered to whoever reads the answers", async (context) => {
  const siege = await Siege.begin(context);
  const peer = await RawPeer.openNull(siege.publishPort, "PUB");
  const count = rounds(20_000);
  const pings = Array.from({ length: 100 }, (_, index) => command("PING", Buffer.from([0, 0, index])));
  for (let sent = 0; sent < count; sent += 100) {
    peer.send(Buffer.concat(pings));
    for (let index = 0; index < 100; index += 1)
      assert.deepEqual(await peer.commandNamed("PONG"), Buffer.from([index]));
    if (sent % 5_000 === 0) siege.publish();
  }
  await peer.cut();
  await siege.assertOver();
});

test("a flood of heartbeats is not answered without end to whoever reads nothing", async (context) => {
  const siege = await Siege.begin(context);
  const peer = await RawPeer.openNull(siege.publishPort, "PUB");
  peer.socket.pause();
  const count = 500_000;
  const pings = Buffer.concat(Array.from({ length: 1_000 }, () => command("PING", Buffer.alloc(18, 1))));
  for (let sent = 0; sent < count; sent += 1_000) {
    peer.send(pings);
    if (peer.socket.writableNeedDrain) await once(peer.socket, "drain");
  }
  await siege.assertServed();
  // Once it reads, it is answered again.
  peer.socket.resume();
  const last = command("PONG", Buffer.from([9]));
  while (!peer.held.subarray(-last.length).equals(last)) {
    peer.send(command("PING", Buffer.from([0, 0, 9])));
    await sleep(5);
  }
  assert.ok(peer.held.length < count * command("PONG", Buffer.alloc(16)).length * 0.8, `${peer.held.length} bytes`);
  await peer.cut();
  await siege.assertOver();
});

test("a publisher that does not read what is subscribed is cut before that fills the memory", async (context) => {
  const siege = await Siege.begin(context);
  const stubborn = await RawPeer.openNull(siege.publishPort, "PUB");
  stubborn.socket.pause();
  const peer = await RawPeer.openNull(siege.subscribePort, "SUB");
  const prefix = "p".repeat(250);
  const changes = Array.from({ length: 500 }, () => [command("SUBSCRIBE", prefix), command("CANCEL", prefix)]);
  const flood = Buffer.concat(changes.flat());
  // It ends only when the broker cuts the publisher.
  while (siege.counters.faults.unread === undefined) {
    peer.send(flood);
    if (peer.socket.writableNeedDrain) await once(peer.socket, "drain");
    siege.publish();
    await sleep(0);
  }
  await stubborn.cut();
  await peer.cut();
  await siege.assertOver();
});
