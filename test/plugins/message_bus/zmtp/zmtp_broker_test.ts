import assert from "node:assert/strict";
import { lstat, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { connectBus } from "../../../../plugins/message_bus/client.ts";
import { type BusMessage, logEntry } from "../../../../plugins/message_bus/contract.ts";
import type { BrokerOptions, Standing } from "../../../../plugins/message_bus/engine.ts";
import { rightsOf } from "../../../../plugins/message_bus/peers/rights.ts";
import { generateKeyPair } from "../../../../plugins/message_bus/zmtp/curve/keys.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { tempDir } from "../../../temp_dir.ts";
import { brokersOn, Collector, line } from "../test_broker.ts";
import { KeyedPeers } from "./hostile/keyed_peers.ts";

const engine = () => zmtpEngine(systemClock);
const startBroker = brokersOn(engine);
const options: BrokerOptions = {
  host: "127.0.0.1",
  publishPort: 0,
  subscribePort: 0,
  highWaterMark: 1_000,
  maxFrameBytes: 1_000_000,
};

/** A broker that knows one peer, and a link of that peer; resolves once it knows what it may do. */
async function withPeer(context: TestContext) {
  const peers = new KeyedPeers({ anonymous: true });
  const { peer, keys } = peers.add("door", rightsOf({ publish: ["door.*"], subscribe: ["logs.*"] }));
  const broker = await startBroker(context, { peers });
  const curve = { secretKey: keys.secretKey, serverKey: peers.server.publicKey };
  return { peers, peer, broker, curve };
}

test("a client with a key is told who it is and what it may do", async (context) => {
  const { broker, curve } = await withPeer(context);
  const told = new Collector<Standing>();
  const link = await engine().connect(
    broker.broker.endpoints,
    { highWaterMark: 10, curve },
    {
      onStanding: told.take,
      onInterest: () => undefined,
      onMessage: () => undefined,
      onMalformed: () => undefined,
    },
  );
  context.after(() => link.close(0));
  assert.deepEqual(await told.until(1), [{ peer: "door", publish: ["door.*"], subscribe: ["logs.*"] }]);
});

test("disconnect() cuts both connections of a peer and no other's, and the peer may come back", async (context) => {
  const { peer, broker, curve } = await withPeer(context);
  const door = await broker.connect({ source: "door", curve });
  const other = await broker.connect();
  await other.subscribe("door.*", () => undefined);
  assert.equal(broker.broker.disconnect(peer), 2);
  assert.equal(broker.broker.counters?.connections, 2);
  await other.flush();
  assert.equal(await door.waitForSubscriber("door.a", 5_000), true);
});

test("messages sealed for the broker arrive at whoever comes without a key, and the other way", async (context) => {
  const { broker, curve } = await withPeer(context);
  const door = await broker.connect({ source: "door", curve });
  const other = await broker.connect();
  const [atDoor, atOther] = [new Collector<BusMessage>(), new Collector<BusMessage>()];
  await door.subscribe("logs.*", atDoor.take);
  await other.subscribe("door.*", atOther.take);
  const large = "x".repeat(300_000);
  for (const message of ["small", large, ""]) {
    await door.publish("door.a", logEntry, { ...line, message });
    await other.publish("logs.a", logEntry, { ...line, message });
  }
  for (const collector of [atDoor, atOther]) {
    const texts = (await collector.until(3)).map((message) => message.decode(logEntry).message);
    assert.deepEqual(texts, ["small", large, ""]);
  }
});

test("nobody comes in with a key that the broker does not know, or past the key that the client expects", async (context) => {
  const { broker, curve } = await withPeer(context);
  const stranger = generateKeyPair((length) => crypto.getRandomValues(new Uint8Array(length)));
  for (const wrong of [
    { ...curve, secretKey: stranger.secretKey },
    { ...curve, serverKey: stranger.publicKey },
  ]) {
    const attempt = connectBus({ ...broker.client, source: "door", curve: wrong, deadlineMs: 300 });
    await assert.rejects(attempt, { code: "BUS_UNREACHABLE" });
  }
  const { faults } = broker.broker.counters!;
  assert.ok(faults["unknown_key"]! > 0, JSON.stringify(faults));
  assert.ok(faults["handshake"]! > 0, JSON.stringify(faults));
});

test("at an address that is not loopback, nobody comes in without a key", async (context) => {
  const peers = new KeyedPeers({ anonymous: true });
  const { keys } = peers.add("door");
  const broker = await startBroker(context, { host: "0.0.0.0", peers });
  const client = { ...broker.client, source: "door", deadlineMs: 300 };
  await assert.rejects(connectBus(client), { code: "BUS_UNREACHABLE" });
  const curve = { secretKey: keys.secretKey, serverKey: peers.server.publicKey };
  await (await broker.connect({ ...client, curve, deadlineMs: 5_000 })).flush();
});

test("sockets in the file system are for their owner, and stand beside the ports", async (context) => {
  const folder = await tempDir(context);
  const ipc = {
    publish: `ipc://${join(folder, "publish.sock")}`,
    subscribe: `ipc://${join(folder, "subscribe.sock")}`,
  };
  const broker = await startBroker(context, { ipc });
  assert.equal((await lstat(join(folder, "publish.sock"))).mode & 0o777, 0o600);
  const received = new Collector<BusMessage>();
  const listener = await broker.connect();
  await listener.subscribe("a.*", received.take);
  let heard = (): void => undefined;
  const wanted = new Promise<void>((resolve) => (heard = resolve));
  const link = await engine().connect(
    ipc,
    { highWaterMark: 10 },
    {
      onStanding: () => undefined,
      onInterest: (prefix) => prefix === "a." && heard(),
      onMessage: () => undefined,
      onMalformed: () => undefined,
    },
  );
  await wanted;
  link.send("a.b", new Uint8Array(0));
  await link.close(5_000);
  await received.until(1);
});

/** As a process leaves it that is killed: there, and nobody listens. */
async function leaveDeadSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.alive`, resolve));
  await rename(`${path}.alive`, path);
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await lstat(path)).isSocket(), true);
}

test("a socket that a dead broker left is replaced, one that lives is in use, and no other file is touched", async (context) => {
  const folder = await tempDir(context);
  const ipc = {
    publish: `ipc://${join(folder, "publish.sock")}`,
    subscribe: `ipc://${join(folder, "subscribe.sock")}`,
  };
  const first = await startBroker(context, { ipc });
  await assert.rejects(engine().startBroker({ ...options, ipc }), {
    code: "BUS_PORT_IN_USE",
    remedy: "Stop the program that uses it, or give this instance a data_dir of its own.",
  });
  await first.close();
  await leaveDeadSocket(join(folder, "publish.sock"));
  const second = await startBroker(context, { ipc });
  await second.close();
  await writeFile(join(folder, "publish.sock"), "mine");
  await assert.rejects(engine().startBroker({ ...options, ipc }), { code: "BUS_PORT_IN_USE" });
});

test("a path too long for a socket is refused, and nothing is made under a part of it", async (context) => {
  const folder = join(await tempDir(context), "x".repeat(100));
  await mkdir(folder);
  const ipc = {
    publish: `ipc://${join(folder, "publish.sock")}`,
    subscribe: `ipc://${join(folder, "subscribe.sock")}`,
  };
  await assert.rejects(engine().startBroker({ ...options, ipc }), {
    code: "BUS_BIND_FAILED",
    message: /the path of a socket may have 103 bytes, and .*publish\.sock has \d+\.$/,
  });
  assert.deepEqual(await readdir(dirname(folder)), ["x".repeat(100)]);
});

test("a client inside the process finds the broker gone once it is closed", async (context) => {
  const broker = await startBroker(context);
  const connection = await broker.attach({ deadlineMs: 50 });
  await connection.subscribe("a.*", () => undefined);
  await broker.broker.close();
  await assert.rejects(connection.flush(), { code: "BUS_UNREACHABLE" });
  await assert.rejects(
    connection.subscribe("b.*", () => undefined),
    { code: "BUS_UNREACHABLE" },
  );
  assert.equal(connection.interest.connected, false);
});

test("what a client asked while there was no broker is not heaped up for the next one", async (context) => {
  const first = await startBroker(context);
  const client = await first.connect({ deadlineMs: 500 });
  await first.broker.close();
  await assert.rejects(client.flush(), { code: "BUS_UNREACHABLE" });
  const second = await startBroker(context, first.ports);
  const topics: string[] = [];
  const link = second.broker.attach(
    { highWaterMark: 10 },
    {
      onStanding: () => undefined,
      onInterest: () => undefined,
      onMessage: (topic) => topics.push(topic),
      onMalformed: () => undefined,
    },
  );
  context.after(() => link.close(0));
  link.subscribe("");
  // It may take a few attempts to find the new broker.
  while (
    !(await client.flush().then(
      () => true,
      () => false,
    ))
  );
  // Of the attempts alone: one mark, and another one if the answer took 100 ms.
  assert.ok(topics.length <= 2, `${topics.length} marks`);
});

test("thousands of subscriptions made at once are one question to the broker", async (context) => {
  const broker = await startBroker(context);
  const client = await broker.connect();
  const subscriptions = Array.from({ length: 3_000 }, (_, index) => client.subscribe(`many.${index}`, () => undefined));
  await Promise.all(subscriptions);
  assert.equal(client.counters().subscriptions, 3_000);
});
