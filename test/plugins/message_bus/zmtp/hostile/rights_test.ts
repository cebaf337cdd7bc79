import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../../../../../plugins/message_bus/peers/peer.ts";
import { rightsOf } from "../../../../../plugins/message_bus/peers/rights.ts";
import { envelope, field } from "./envelope_bytes.ts";
import { KeyedClient } from "./keyed_client.ts";
import { KeyedPeers } from "./keyed_peers.ts";
import type { SeededRandom } from "./random.ts";
import { RawPeer } from "./raw_peer.ts";
import { Siege, withSeed } from "./siege.ts";
import { command, message } from "./wire.ts";

const PEERS = 20;
/** Some of them begin with others: `area1.topic1`, `area1.topic11`. */
const TOPICS = Array.from({ length: 50 }, (_, index) => `area${index % 5}.topic${index}`);

/** A few topics, and perhaps all of one area. */
function somePatterns(random: SeededRandom): string[] {
  const topics = TOPICS.filter(() => random.integer(6) === 0);
  return random.integer(2) === 0 ? topics : [...topics, `area${random.integer(5)}.*`];
}

/** What the patterns above mean, by other means than the broker's. */
function allowed(patterns: readonly string[], topic: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern,
  );
}

/** Whether somebody who publishes these could publish what a prefix catches. */
function concerns(patterns: readonly string[], prefix: string): boolean {
  return patterns.some((pattern) => {
    const literal = pattern.endsWith("*") ? pattern.slice(0, -1) : pattern;
    return literal.startsWith(prefix) || (pattern.endsWith("*") && prefix.startsWith(literal));
  });
}

interface Member {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly peer: Peer;
  readonly publisher: KeyedClient;
  readonly subscriber: KeyedClient;
}

async function join(siege: Siege, peers: KeyedPeers, name: string, random: SeededRandom): Promise<Member> {
  const [publish, subscribe] = [somePatterns(random), somePatterns(random)];
  const { peer, keys } = peers.add(name, rightsOf({ publish, subscribe }));
  const { publicKey } = peers.server;
  const publisher = await KeyedClient.open(siege.publishPort, "PUB", keys, publicKey);
  const subscriber = await KeyedClient.open(siege.subscribePort, "SUB", keys, publicKey);
  return { name, publish, subscribe, peer, publisher, subscriber };
}

/** `topic from peer`, as a message says it. */
const nameOf = ([topic, body]: readonly Buffer[]): string => `${topic!.toString()} ${body!.toString("latin1")}`;
const bodyOf = (member: Member, topic: string): Buffer => envelope(member.name, TOPICS.indexOf(topic));

/** Every topic is published by every member, and in every other's name, and subscribed by every member. */
async function everybodyTriesEverything(members: readonly Member[]): Promise<void> {
  for (const { subscriber } of members) {
    for (const prefix of ["", "area", ...TOPICS]) subscriber.command("SUBSCRIBE", prefix);
    await subscriber.roundTrip();
  }
  for (const [at, member] of members.entries()) {
    const other = members[(at + 1) % members.length]!;
    for (const topic of TOPICS) {
      member.publisher.message(topic, bodyOf(member, topic));
      member.publisher.message(topic, bodyOf(other, topic));
    }
  }
}

test("20 peers get of 50 topics exactly what the rights of both sides allow, and nobody speaks for another", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  await withSeed(async (random) => {
    const members: Member[] = [];
    for (let at = 0; at < PEERS; at += 1) members.push(await join(siege, peers, `peer${at}`, random));
    await everybodyTriesEverything(members);

    for (const { publisher, name, publish } of members) {
      const { commands, messages } = await publisher.roundTrip();
      assert.deepEqual(messages, []);
      const wanted = TOPICS.filter((topic) => members.some(({ subscribe }) => allowed(subscribe, topic)));
      const heard = commands.filter((told) => told.startsWith("SUBSCRIBE area"));
      const expected = wanted.filter((topic) => concerns(publish, topic)).map((topic) => `SUBSCRIBE ${topic}`);
      assert.deepEqual(heard.toSorted(), expected.toSorted(), `what ${name} is told`);
    }
    for (const { subscriber, name, subscribe } of members) {
      const expected = members.flatMap((member) =>
        TOPICS.filter((topic) => allowed(member.publish, topic) && allowed(subscribe, topic)).map((topic) =>
          nameOf([Buffer.from(topic), bodyOf(member, topic)]),
        ),
      );
      const { messages } = await subscriber.roundTrip();
      assert.deepEqual(messages.map(nameOf).toSorted(), expected.toSorted(), `what ${name} receives`);
    }
    for (const { peer, publish, subscribe } of members) {
      const published = TOPICS.filter((topic) => allowed(publish, topic)).length;
      const subscribed = TOPICS.filter((topic) => allowed(subscribe, topic)).length;
      assert.equal(peer.in, published);
      // Of two messages on each topic the second lies about who sent it; "" and "area" are more than anybody may.
      assert.equal(peer.refused, 2 * TOPICS.length - published + TOPICS.length - subscribed + 2);
      assert.equal(peer.dropped, 0);
    }
    for (const { publisher, subscriber } of members) for (const client of [publisher, subscriber]) await client.cut();
    await siege.assertOver();
  });
});

test("a source that comes twice, or hides where it is looked for last, is still the peer's own or refused", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  const { peer, keys } = peers.add("honest");
  peers.add("other");
  const publisher = await KeyedClient.open(siege.publishPort, "PUB", keys, peers.server.publicKey);
  const [own, foreign] = [field(3, "honest"), field(3, "other")];
  const lies = [
    field(1, foreign),
    field(1, Buffer.concat([own, foreign])),
    Buffer.concat([field(1, own), field(1, foreign)]),
    Buffer.concat([field(2, "x"), field(1, own), field(2, "y"), field(1, foreign)]),
    field(1, field(3, "Honest")),
    field(1, field(3, "honest\0")),
    field(1, field(3, "")),
    field(1, ""),
    own,
    Buffer.alloc(0),
    Buffer.from([0x0a, 0xff]),
    Buffer.concat([field(1, own), Buffer.from([0x0b])]),
  ];
  for (const lie of lies) publisher.message("x.a", lie);
  await publisher.roundTrip();
  assert.deepEqual([peer.in, peer.refused], [0, lies.length]);
  const truths = [
    field(1, own),
    field(1, Buffer.concat([foreign, own])),
    Buffer.concat([field(1, own), field(15, "z")]),
  ];
  for (const truth of truths) publisher.message("x.a", truth);
  await publisher.roundTrip();
  assert.deepEqual([peer.in, peer.refused], [truths.length, lies.length]);
  await publisher.cut();
  await siege.assertOver();
});

test("who has no key may use any name but that of somebody who has one", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  peers.add("owner");
  const anonymous = peers.anonymous!;
  const before = { ...anonymous.counters };
  const raw = await RawPeer.openNull(siege.publishPort, "PUB");
  for (const source of ["owner", "nobody", "own", "owner2"]) raw.send(message("x.a", envelope(source, 1)));
  raw.send(command("PING", Buffer.alloc(2)));
  await raw.commandNamed("PONG");
  assert.equal(anonymous.refused - before.refused, 1);
  assert.equal(anonymous.in - before.in, 3);
  // What nobody here can read may be read by others, with any name in it; and so may a third frame.
  const unreadable = [message("x.a", "hello"), message("x.a", "", envelope("owner", 1)), message("x.a", "", "")];
  raw.send(...unreadable, message("x.a", ""), command("PING", Buffer.alloc(2)));
  await raw.commandNamed("PONG");
  assert.equal(anonymous.refused - before.refused, 1 + unreadable.length);
  assert.equal(anonymous.in - before.in, 4);
  await raw.cut();
  await siege.assertOver();
});

test("a peer whose connections are cut is gone, and may come back while its key is known", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const siege = await Siege.begin(context, { peers });
  const { peer, keys } = peers.add("revoked");
  const open = (): Promise<KeyedClient> => KeyedClient.open(siege.subscribePort, "SUB", keys, peers.server.publicKey);
  const [one, two] = [await open(), await open()];
  for (const client of [one, two]) client.command("SUBSCRIBE", "x.");
  await Promise.all([one, two].map((client) => client.roundTrip()));
  assert.equal(siege.broker.disconnect(peer), 2);
  for (const client of [one, two]) await assert.rejects(client.roundTrip(), /cut/);
  assert.equal(siege.broker.disconnect(peer), 0);
  await (await open()).cut();
  await siege.assertOver();
});
