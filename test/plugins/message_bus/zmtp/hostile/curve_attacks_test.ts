import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CurveClient, keyPair, type KeyPair } from "./curve_client.ts";
import { envelope } from "./envelope_bytes.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import { RawPeer } from "./raw_peer.ts";
import { LEGITIMATE, Siege, until } from "./siege.ts";
import { command, greeting, message, metadata, MORE, readCommand } from "./wire.ts";

interface Scene {
  readonly siege: Siege;
  readonly peers: KeyedPeers;
  /** Of a peer that may do everything. */
  readonly keys: KeyPair;
}

/** A broker that only those with a known key may use, and its legitimate clients. */
async function curveSiege(context: TestContext): Promise<Scene> {
  const peers = new KeyedPeers({ anonymous: false });
  const legitimate = peers.add(LEGITIMATE);
  const curve = { secretKey: legitimate.keys.secretKey, serverKey: peers.server.publicKey };
  const siege = await Siege.begin(context, { peers, curve });
  return { siege, peers, keys: peers.add("insider").keys };
}

const sealedMessage = (client: CurveClient, number: number, options: { counter?: bigint } = {}): Buffer =>
  Buffer.concat([client.seal(MORE, "insider.news", options), client.seal(0, envelope("insider", number), options)]);

/** A known peer that publishes, a subscriber that notes the numbers of what it hears. */
async function publisherOf({ siege, peers, keys }: Scene): Promise<{ client: CurveClient; publisher: RawPeer }> {
  const client = new CurveClient(keys, peers.server.publicKey);
  return { client, publisher: await client.handshake(siege.publishPort, "PUB") };
}

test("a sealed frame that comes twice ends the connection", async (context) => {
  const scene = await curveSiege(context);
  const { client, publisher } = await publisherOf(scene);
  const bytes = sealedMessage(client, 1);
  publisher.send(bytes);
  publisher.send(bytes);
  await publisher.ended();
  assert.equal(scene.siege.counters.faults.protocol, 1);
  await scene.siege.assertOver();
});

for (const back of [1n, 2n, 3n]) {
  test(`a sealed frame with a nonce ${back} before the last ends the connection`, async (context) => {
    const scene = await curveSiege(context);
    const { client, publisher } = await publisherOf(scene);
    publisher.send(sealedMessage(client, 1), sealedMessage(client, 2));
    publisher.send(client.seal(MORE, "insider.news", { counter: client.counter - back }));
    await publisher.ended();
    assert.equal(scene.siege.counters.faults.protocol, 1);
    await scene.siege.assertOver();
  });
}

test("two sealed frames that change places end the connection", async (context) => {
  const scene = await curveSiege(context);
  const { client, publisher } = await publisherOf(scene);
  const [first, second] = [client.seal(MORE, "insider.news"), client.seal(0, envelope("insider", 1))];
  publisher.send(second, first);
  await publisher.ended();
  assert.equal(scene.siege.counters.faults.protocol, 1);
  await scene.siege.assertOver();
});

test("a sealed frame with any bit turned ends the connection", async (context) => {
  const scene = await curveSiege(context);
  const spoilt = [2, 9, 12, 18, 25, 33, 40];
  for (const at of spoilt) {
    const { client, publisher } = await publisherOf(scene);
    const bytes = client.seal(0, "insider.news");
    bytes[at]! ^= 1;
    publisher.send(bytes);
    await publisher.ended();
  }
  assert.equal(scene.siege.counters.faults.protocol, spoilt.length);
  await scene.siege.assertOver();
});

test("a frame in the open inside a sealed connection ends it", async (context) => {
  const scene = await curveSiege(context);
  for (const bytes of [message("insider.news", envelope("insider", 1)), command("PING", Buffer.alloc(2))]) {
    const { publisher } = await publisherOf(scene);
    publisher.send(bytes);
    await publisher.ended();
  }
  assert.equal(scene.siege.counters.faults.protocol, 2);
  await scene.siege.assertOver();
});

test("what was recorded of one connection opens no other", async (context) => {
  const scene = await curveSiege(context);
  const client = new CurveClient(scene.keys, scene.peers.server.publicKey);
  const first = await RawPeer.open(scene.siege.publishPort);
  const hello = client.hello();
  first.send(greeting({ mechanism: "CURVE" }), hello);
  await first.take(64);
  const initiate = client.initiate(readCommand((await first.frame()).body).data, { "Socket-Type": "PUB" });
  first.send(initiate);
  client.ready(readCommand((await first.frame()).body).data);
  const recorded = sealedMessage(client, 1);
  first.send(recorded);

  const second = await RawPeer.open(scene.siege.publishPort);
  second.send(greeting({ mechanism: "CURVE" }), hello, initiate, recorded);
  await second.ended();
  assert.equal(scene.siege.counters.faults.handshake, 1);
  await first.cut();
  await scene.siege.assertOver();
});

test("commands of the handshake at another place than theirs end it", async (context) => {
  const scene = await curveSiege(context);
  const client = new CurveClient(scene.keys, scene.peers.server.publicKey);
  const wrong = [
    [client.hello(), client.hello()],
    [command("INITIATE", Buffer.alloc(400))],
    [command("WELCOME", Buffer.alloc(160))],
    [command("READY", Buffer.alloc(30))],
    [command("MESSAGE", Buffer.alloc(40))],
    [command("HELLO", Buffer.alloc(194))],
    [command("HELLO")],
    [command("ERROR", Buffer.from([3, ...Buffer.from("why")]))],
  ];
  for (const commands of wrong) {
    const peer = await RawPeer.open(scene.siege.publishPort);
    peer.send(greeting({ mechanism: "CURVE" }), ...commands);
    await peer.ended();
  }
  assert.equal(scene.siege.counters.faults.handshake, wrong.length);
  await scene.siege.assertOver();
});

test("a key that nobody here has is refused, and so is who has another key of the broker's", async (context) => {
  const scene = await curveSiege(context);
  const { siege, peers } = scene;
  const stranger = new CurveClient(keyPair(), peers.server.publicKey);
  await assert.rejects(stranger.handshake(siege.publishPort, "PUB"), /cut|ERROR/);
  const misled = new CurveClient(scene.keys, keyPair().publicKey);
  await assert.rejects(misled.handshake(siege.publishPort, "PUB"), /cut|ERROR/);
  await until(() => Object.values(siege.counters.faults).reduce((sum, count) => sum + count, 0) === 2, "counted");
  assert.equal(siege.counters.faults.unknown_key, 1);
  await siege.assertOver();
});

test("a client that says it is the server is refused", async (context) => {
  const { siege, peers, keys } = await curveSiege(context);
  const peer = await RawPeer.open(siege.publishPort);
  peer.send(greeting({ mechanism: "CURVE", asServer: true }), new CurveClient(keys, peers.server.publicKey).hello());
  await peer.ended();
  assert.equal(siege.counters.faults.handshake, 1);
  await siege.assertOver();
});

test("where keys are demanded NULL and PLAIN are refused", async (context) => {
  const { siege } = await curveSiege(context);
  const hello = command("HELLO", Buffer.from([1, 97, 1, 98]));
  for (const port of [siege.publishPort, siege.subscribePort]) {
    for (const [mechanism, first] of [
      ["NULL", command("READY", metadata({ "Socket-Type": "PUB" }))],
      ["PLAIN", hello],
      ["GSSAPI", hello],
      ["curve", hello],
    ] as const) {
      const peer = await RawPeer.open(port);
      peer.send(greeting({ mechanism }), first);
      await peer.ended();
    }
  }
  const { greeting: malformed = 0, handshake = 0 } = siege.counters.faults;
  assert.equal(malformed + handshake, 8);
  await siege.assertOver();
});
