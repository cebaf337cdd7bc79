import { test } from "node:test";
import { RawPeer } from "./raw_peer.ts";
import { Siege } from "./siege.ts";
import { command, greeting, metadata } from "./wire.ts";

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
