import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ManualClock } from "../../../../../runtime/testing.ts";
import { KeyedClient } from "./keyed_client.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import { RawPeer } from "./raw_peer.ts";
import { rounds, Siege, until } from "./siege.ts";
import { command, greeting, metadata } from "./wire.ts";

/** Connections of each of the siege's legitimate clients. */
const CLIENTS = 2;
const READY = command("READY", metadata({ "Socket-Type": "SUB" }));
/** Where a client may stop: before a word, in the greeting, after it, in the first command. */
const STOPS = [0, 1, 11, 12, 63, 64, 66, 64 + READY.length - 1];

async function halfOpen(port: number, stop: number): Promise<RawPeer> {
  const peer = await RawPeer.open(port);
  peer.send(Buffer.concat([greeting({ mechanism: "NULL" }), READY]).subarray(0, stop));
  return peer;
}

/** Passes by the broker's clock; and what it then sends takes some turns of the event loop, on Deno many. */
async function halfASecond(clock: ManualClock): Promise<void> {
  await clock.advance(500);
  await sleep(5);
}

test("half-open connections keep nobody out, and are cut once the handshake has taken 5 s", async (context) => {
  const clock = new ManualClock();
  const siege = await Siege.begin(context, { clock });
  const count = Math.min(2_000, rounds(400));
  const peers: RawPeer[] = [];
  for (let index = 0; index < count; index += 1) {
    peers.push(await halfOpen(index % 2 === 0 ? siege.publishPort : siege.subscribePort, STOPS[index % STOPS.length]!));
  }
  await until(() => siege.counters.connections === count + 2 * CLIENTS, "all have been accepted");
  await siege.assertServed();
  await clock.advance(4_900);
  assert.equal(siege.counters.connections, count + 2 * CLIENTS);
  // The deadline is looked at some times a second.
  await clock.advance(700);
  await Promise.all(peers.map((peer) => peer.ended()));
  assert.equal(siege.counters.connections, 2 * CLIENTS);
  assert.equal(siege.counters.faults.timeout, count);
  await siege.assertOver();
});

test("a peer that trickles its handshake byte by byte is cut all the same", async (context) => {
  const clock = new ManualClock();
  const siege = await Siege.begin(context, { clock });
  const peer = await halfOpen(siege.publishPort, 0);
  for (const byte of greeting({ mechanism: "NULL" }).subarray(0, 20)) {
    peer.send(Buffer.from([byte]));
    await clock.advance(290);
  }
  await peer.ended();
  assert.equal(siege.counters.faults.timeout, 1);
  await siege.assertOver();
});

test("a peer that is silent is asked, and cut when it does not answer", async (context) => {
  const clock = new ManualClock();
  const siege = await Siege.begin(context, { clock });
  const [mute, alive] = [
    await RawPeer.openNull(siege.subscribePort, "SUB"),
    await RawPeer.openNull(siege.subscribePort, "SUB"),
  ];
  for (const peer of [mute, alive]) {
    while (peer.held.length === 0 && !peer.over) await halfASecond(clock);
    await peer.commandNamed("PING");
  }
  alive.send(command("PONG"));
  // Its answer must have been read before time goes on.
  alive.send(command("PING", Buffer.alloc(2)));
  await alive.commandNamed("PONG");
  for (let passed = 0; !mute.over && passed < 30_000; passed += 500) {
    alive.send(command("PING", Buffer.alloc(2)));
    await alive.commandNamed("PONG");
    await halfASecond(clock);
  }
  await mute.ended();
  assert.equal(siege.counters.faults.timeout, 1);
  await alive.cut();
  await siege.assertOver();
});

test("connections over the cap are closed at once and counted, and those that are in stay", async (context) => {
  const siege = await Siege.begin(context, { maxConnections: 20 });
  const [room, over] = [16, 30];
  const inside = await Promise.all(Array.from({ length: room }, () => RawPeer.openNull(siege.subscribePort, "SUB")));
  const outside = await Promise.all(Array.from({ length: over }, () => RawPeer.open(siege.publishPort)));
  await Promise.all(outside.map((peer) => peer.ended()));
  assert.equal(siege.counters.turnedAway, over);
  assert.equal(siege.counters.connections, 20);
  await siege.assertServed();
  await Promise.all(inside.map((peer) => peer.cut()));
  await until(() => siege.counters.connections === 2 * CLIENTS, "there is room again");
  await (await RawPeer.openNull(siege.subscribePort, "SUB")).cut();
  await siege.assertOver();
});

test("half-open connections give their places to those who come after them", async (context) => {
  const siege = await Siege.begin(context, { maxConnections: 20 });
  const flood = await Promise.all(Array.from({ length: 40 }, () => RawPeer.open(siege.publishPort)));
  const late = await RawPeer.openNull(siege.publishPort, "PUB");
  assert.equal(siege.counters.faults.crowded, 40 + 1 - (20 - 2 * CLIENTS));
  await siege.assertServed();
  for (const peer of [late, ...flood]) await peer.cut();
  await siege.assertOver();
});

test("one peer has at most half of the connections, and leaves the rest to others", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { maxConnections: 20, peers });
  const room = 10 - 2 * CLIENTS;
  const inside = await Promise.all(Array.from({ length: room }, () => RawPeer.openNull(siege.subscribePort, "SUB")));
  const outside = await RawPeer.openNull(siege.subscribePort, "SUB");
  await outside.ended();
  assert.equal(siege.counters.faults.crowded, 1);
  const { keys } = peers.add("other");
  const other = await KeyedClient.open(siege.subscribePort, "SUB", keys, peers.server.publicKey);
  await other.roundTrip();
  await siege.assertServed();
  for (const peer of [other, ...inside]) await peer.cut();
  await siege.assertOver();
});
