import { test } from "node:test";
import { RawPeer } from "./raw_peer.ts";
import type { SeededRandom } from "./random.ts";
import { rounds, Siege, withSeed } from "./siege.ts";
import { command, frame, greeting, message, metadata } from "./wire.ts";

const AT_A_TIME = 20;

/** What a well-behaved client without a key sends in its first moments, in pieces. */
function conversation(random: SeededRandom): Buffer[] {
  const topic = random.pick(["x.a", "x.b", "", "x".repeat(300)]);
  return [
    greeting({
      mechanism: random.pick(["NULL", "NULL", "NULL", "CURVE", "PLAIN", "GSSAPI"]),
      minor: random.integer(3),
    }),
    command("READY", metadata({ "Socket-Type": random.pick(["PUB", "SUB", "XPUB", "XSUB", "REQ", ""]), Identity: "" })),
    command("SUBSCRIBE", topic),
    frame(0, Buffer.from([random.integer(2), ...Buffer.from(topic)])),
    command("PING", random.bytes(2 + random.integer(8))),
    message(topic, random.bytes(random.integer(400))),
    message(...Array.from({ length: 1 + random.integer(5) }, () => random.bytes(random.integer(40)))),
    command("CANCEL", topic),
    command(random.pick(["ERROR", "HELLO", "PONG", "JOIN", "RIGHTS"]), random.bytes(random.integer(20))),
  ];
}

/** Noise, or a conversation of which a piece or more is spoilt, missing or at another place. */
function attack(random: SeededRandom): Buffer {
  if (random.integer(10) === 0) return random.bytes(random.integer(300));
  const pieces = conversation(random);
  for (let count = random.integer(3); count > 0; count -= 1) {
    const at = random.integer(pieces.length);
    if (random.integer(4) === 0) pieces.splice(at, 1);
    else pieces[at] = random.mutate(pieces[at]!);
  }
  return Buffer.concat(pieces).subarray(0, random.integer(4) === 0 ? random.integer(1_000) : undefined);
}

async function strike(port: number, random: SeededRandom): Promise<void> {
  const peer = await RawPeer.open(port);
  const bytes = attack(random);
  const cut = random.integer(bytes.length + 1);
  peer.send(bytes.subarray(0, cut), bytes.subarray(cut));
  if (random.integer(3) === 0) peer.socket.destroy();
  else peer.socket.end();
  await peer.ended();
}

test("random and spoilt greetings, handshakes and frames neither end the broker nor cost a client a message", async (context) => {
  const siege = await Siege.begin(context);
  const ports: [number, number] = [siege.publishPort, siege.subscribePort];
  await withSeed(async (random) => {
    for (let round = 0; round < rounds(1_000); round += AT_A_TIME) {
      siege.publish();
      await Promise.all(Array.from({ length: AT_A_TIME }, () => strike(random.pick(ports), random)));
    }
    await siege.assertOver();
  });
});
