import { test } from "node:test";
import { CurveClient } from "./curve_client.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import { RawPeer } from "./raw_peer.ts";
import { Siege } from "./siege.ts";
import { command, greeting, metadata, readCommand } from "./wire.ts";

async function cutAt(port: number, bytes: Buffer, at: number): Promise<void> {
  const peer = await RawPeer.open(port);
  peer.send(bytes.subarray(0, at));
  // By turns in good order and by force.
  if (at % 2 === 0) peer.socket.end();
  else peer.socket.resetAndDestroy();
  await peer.ended();
}

test("a NULL handshake may be cut at every byte", async (context) => {
  const siege = await Siege.begin(context);
  const bytes = Buffer.concat([greeting({ mechanism: "NULL" }), command("READY", metadata({ "Socket-Type": "SUB" }))]);
  for (let at = 0; at <= bytes.length; at += 1) {
    siege.publish();
    await cutAt(siege.subscribePort, bytes, at);
  }
  await siege.assertOver();
});

test("a CURVE handshake may be cut at every byte up to the answer to its first command", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  const client = new CurveClient(peers.add("insider").keys, peers.server.publicKey);
  const bytes = Buffer.concat([greeting({ mechanism: "CURVE" }), client.hello()]);
  for (let at = 0; at <= bytes.length; at += 1) {
    siege.publish();
    await cutAt(siege.subscribePort, bytes, at);
  }
  await siege.assertOver();
});

test("a CURVE handshake may be cut at every byte of its second command", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  const { keys } = peers.add("insider");
  let length = 1;
  for (let at = 0; at <= length; at += 1) {
    siege.publish();
    const client = new CurveClient(keys, peers.server.publicKey);
    const peer = await RawPeer.open(siege.subscribePort);
    peer.send(greeting({ mechanism: "CURVE" }), client.hello());
    await peer.take(64);
    const initiate = client.initiate(readCommand((await peer.frame()).body).data, { "Socket-Type": "SUB" });
    length = initiate.length;
    peer.send(initiate.subarray(0, at));
    if (at % 2 === 0) peer.socket.end();
    else peer.socket.resetAndDestroy();
    await peer.ended();
  }
  await siege.assertOver();
});
