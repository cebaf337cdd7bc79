import { test } from "node:test";
import { CurveClient, type KeyPair } from "./curve_client.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import type { SeededRandom } from "./random.ts";
import { RawPeer } from "./raw_peer.ts";
import { rounds, Siege, withSeed } from "./siege.ts";
import { COMMAND, commandBody, greeting, MORE, readCommand } from "./wire.ts";

const AT_A_TIME = 10;

/** Frames that are sealed as they should be, and say what nobody would. */
function sealedNonsense(client: CurveClient, random: SeededRandom): Buffer {
  const frames = Array.from({ length: 1 + random.integer(4) }, () => {
    const command = commandBody(
      random.pick(["SUBSCRIBE", "CANCEL", "PING", "READY", "X"]),
      random.bytes(random.integer(30)),
    );
    const body = random.pick([command, random.mutate(command), random.bytes(random.integer(300)), Buffer.alloc(0)]);
    const outerFlags = random.pick([0, 0, COMMAND, MORE]);
    return client.seal(random.pick([0, MORE, COMMAND, MORE | COMMAND]), body, { outerFlags });
  });
  const bytes = Buffer.concat(frames);
  return random.integer(3) === 0 ? random.mutate(bytes) : bytes;
}

async function strike(port: number, keys: KeyPair, serverKey: Uint8Array, random: SeededRandom): Promise<void> {
  const client = new CurveClient(keys, serverKey);
  const peer = await RawPeer.open(port);
  const stage = random.integer(3);
  const hello = client.hello();
  peer.send(greeting({ mechanism: "CURVE" }), stage === 0 ? random.mutate(hello) : hello);
  if (stage > 0) {
    await peer.take(64);
    const welcome = readCommand((await peer.frame()).body).data;
    const initiate = client.initiate(welcome, { "Socket-Type": random.pick(["PUB", "SUB", "XSUB", "REP"]) });
    peer.send(stage === 1 ? random.mutate(initiate) : Buffer.concat([initiate, sealedNonsense(client, random)]));
  }
  if (random.integer(3) === 0) peer.socket.resetAndDestroy();
  else peer.socket.end();
  await peer.ended();
}

test("spoilt CURVE handshakes, and nonsense that is properly sealed, neither end the broker nor cost a client a message", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  const ports: [number, number] = [siege.publishPort, siege.subscribePort];
  const { keys } = peers.add("insider");
  await withSeed(async (random) => {
    for (let round = 0; round < rounds(300); round += AT_A_TIME) {
      siege.publish();
      const attacks = Array.from({ length: AT_A_TIME }, () =>
        strike(random.pick(ports), keys, peers.server.publicKey, random),
      );
      await Promise.all(attacks);
    }
    await siege.assertOver();
  });
});
