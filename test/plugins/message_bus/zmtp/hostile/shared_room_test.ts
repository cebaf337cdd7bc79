import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { field } from "./envelope_bytes.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import { RawPeer } from "./raw_peer.ts";
import { Siege, until } from "./siege.ts";
import { command, longHeader, message, MORE } from "./wire.ts";

const MIB = 1_048_576;
/** What the kernel keeps for a connection on both of its ends, at most. */
const KERNEL_BYTES = 16 * MIB;

test("many subscribers that read nothing hold no more together than the broker has room for", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers, outgoingBytes: 32 * MIB });
  const slow: RawPeer[] = [];
  for (let count = 0; count < 8; count += 1) {
    const peer = await RawPeer.openNull(siege.subscribePort, "SUB");
    peer.send(command("SUBSCRIBE", "flood."), command("PING", Buffer.alloc(2)));
    await peer.commandNamed("PONG");
    peer.socket.pause();
    slow.push(peer);
  }
  const publisher = await RawPeer.openNull(siege.publishPort, "PUB");
  const { anonymous } = peers;
  const news = message("flood.news", Buffer.concat(Array.from({ length: 600 }, () => field(15, Buffer.alloc(120)))));
  const count = 1_024;
  const before = anonymous!.in;
  for (let sent = 0; sent < count; sent += 1) {
    publisher.send(news);
    if (publisher.socket.writableNeedDrain) await once(publisher.socket, "drain");
    if (sent % 100 === 0) siege.publish();
  }
  await until(() => anonymous!.in - before >= count, "the broker has read all of them");
  const { dropped, bytesOut } = anonymous!;
  assert.ok(dropped > 0 && bytesOut < 32 * MIB + slow.length * KERNEL_BYTES, `${bytesOut} bytes, ${dropped} dropped`);
  await siege.assertServed();
  for (const peer of [publisher, ...slow]) await peer.cut();
  await siege.assertOver();
});

test("many messages that never end are cut when they fill what the broker has for them", async (context) => {
  const siege = await Siege.begin(context, { incomingBytes: 4 * MIB });
  const peers: RawPeer[] = [];
  for (let count = 0; count < 32; count += 1) {
    const peer = await RawPeer.openNull(siege.publishPort, "PUB");
    peer.send(longHeader(MORE, BigInt(MIB)), Buffer.alloc(MIB / 2));
    peers.push(peer);
  }
  await until(() => (siege.counters.faults.memory ?? 0) >= 24, "those over their part are cut");
  await siege.assertServed();
  for (const peer of peers) await peer.cut();
  await siege.assertOver();
});
