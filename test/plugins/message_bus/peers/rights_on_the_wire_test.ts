import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BusClient, BusClientOptions } from "../../../../plugins/message_bus/client.ts";
import { logEntry } from "../../../../plugins/message_bus/contract.ts";
import type { CurveIdentity } from "../../../../plugins/message_bus/engine.ts";
import { EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { cliIdentity } from "../../../../plugins/message_bus/peers/bus_keys.ts";
import { PeerFolder } from "../../../../plugins/message_bus/peers/peer_folder.ts";
import { PeerKeeper } from "../../../../plugins/message_bus/peers/peer_keeper.ts";
import type { RightsSettings } from "../../../../plugins/message_bus/peers/rights.ts";
import MessageBusPlugin from "../../../../plugins/message_bus/plugin.ts";
import { parsePattern } from "../../../../plugins/message_bus/topic.ts";
import { publicKeyOf } from "../../../../plugins/message_bus/zmtp/curve/keys.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { pluginContext } from "../../../../runtime/testing.ts";
import { tempDir } from "../../../temp_dir.ts";
import { brokersOn, line } from "../test_broker.ts";

const secretOf = (number: number): Uint8Array => new Uint8Array(32).fill(number + 1);

/** A broker whose peers have a key each, in the order of their names. */
async function start(context: TestContext, peers: Readonly<Record<string, RightsSettings>>) {
  const dataDir = await tempDir(context);
  const folder = new PeerFolder(dataDir);
  const names = Object.keys(peers);
  for (const [index, name] of names.entries()) await folder.add(name, publicKeyOf(secretOf(index)));
  const { log } = pluginContext(MessageBusPlugin);
  const reserved = ["backplane", "message_bus"];
  const keeper = await PeerKeeper.open({ config: { engine: "zmtp", peers }, dataDir, reserved, log });
  const started = await brokersOn(() => zmtpEngine(systemClock))(context, { peers: keeper.table });
  const serverKey = publicKeyOf(keeper.table.secretKey!);
  const withKey = (number: number, options: Partial<BusClientOptions> = {}): Promise<BusClient> =>
    started.connect({ source: names[number]!, curve: { secretKey: secretOf(number), serverKey }, ...options });
  return { dataDir, folder, keeper, started, withKey, serverKey };
}

const topics = Array.from({ length: 50 }, (_, index) => `${"abcde"[index % 5]}.${"xy"[index % 2]}.t${index}`);
const patterns = ["a.*", "b.x.*", "*.y.*", "c.*.t2", "d.x.t8", "e/*", "*", "none.*"];
/** 20 peers, each with other rights. */
const many = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => {
    const pick = (step: number): string[] => patterns.filter((_pattern, place) => (index * step + place * 3) % 5 < 2);
    return [`peer${index}`, { publish: pick(1), subscribe: pick(2) }];
  }),
);

test("what 20 peers publish on 50 topics reaches exactly those who may have it", async (context) => {
  const { withKey } = await start(context, many);
  const clients = await Promise.all(Object.keys(many).map((_, index) => withKey(index)));
  const received = new Set<string>();
  const settings = Object.values(many);
  for (const [index, client] of clients.entries()) {
    for (const pattern of settings[index]!.subscribe) {
      await client.subscribe(pattern, ({ topic, source }) => void received.add(`${source} ${topic} peer${index}`));
    }
  }
  const expected = new Set<string>();
  const matches = (given: readonly string[], topic: string): boolean =>
    given.some((pattern) => parsePattern(pattern).matches(topic));
  for (const [from, client] of clients.entries()) {
    for (const topic of topics) {
      const publishing = client.publish(topic, logEntry, line);
      if (!matches(settings[from]!.publish, topic)) {
        await assert.rejects(publishing, { code: "BUS_FORBIDDEN" });
        continue;
      }
      await publishing;
      settings.forEach(
        ({ subscribe }, to) => matches(subscribe, topic) && expected.add(`peer${from} ${topic} peer${to}`),
      );
    }
  }
  for (const client of clients) await client.flush();
  // A message that came before a receiver's own flush mark has been handed over by then.
  for (const client of clients) await client.flush();
  assert.ok(expected.size > 1_000);
  assert.deepEqual([...received].toSorted(), [...expected].toSorted());
});

test("a client without a key is anonymous: it publishes logs.* and subscribes nothing", async (context) => {
  const { started, keeper } = await start(context, {});
  const client = await started.connect({ source: "anyone" });
  await client.publish("logs.a", logEntry, line);
  await assert.rejects(client.publish("other.a", logEntry, line), { code: "BUS_FORBIDDEN", message: /"anonymous"/ });
  await assert.rejects(
    client.subscribe("logs.*", () => undefined),
    { code: "BUS_FORBIDDEN" },
  );
  assert.equal(started.broker.connectionsOf(keeper.table.anonymous), 2);
});

test("the command line's own key may do everything, as cli", async (context) => {
  const { started, dataDir } = await start(context, {});
  const curve = await cliIdentity(dataDir);
  const cli = await started.connect({ source: "cli", curve: curve! });
  const heard = new Promise<string>((resolve) => void cli.subscribe("any.*", ({ source }) => resolve(source)));
  await cli.waitForSubscriber("any.topic", 5_000);
  await cli.publish("any.topic", logEntry, line);
  assert.equal(await heard, "cli");
});

test("a key that nobody has does not get in", async (context) => {
  const { started, serverKey } = await start(context, {});
  const curve = { secretKey: secretOf(99), serverKey };
  await assert.rejects(started.connect({ source: "x", curve, deadlineMs: 300 }), { code: "BUS_UNREACHABLE" });
});

test("a revoked key cuts its connections at once, and no new one comes in", async (context) => {
  const all = { publish: ["*"], subscribe: ["*"] };
  const { keeper, folder, started, withKey } = await start(context, { door: all, window: all });
  const door = await withKey(0, { deadlineMs: 500 });
  await withKey(1);
  const peer = keeper.table.program("door")!;
  await folder.remove("door");
  assert.deepEqual([...(await keeper.refresh(started.broker))], [[peer, 2]]);
  assert.equal(started.broker.connectionsOf(peer), 0);
  await assert.rejects(
    door.subscribe("a", () => undefined),
    { code: "BUS_UNREACHABLE" },
  );
  assert.equal(started.broker.connectionsOf(keeper.table.program("window")!), 2);
});

/** Publishes over a link of its own, which minds neither rights nor names as our clients do. */
async function rawLink(context: TestContext, { started }: Awaited<ReturnType<typeof start>>, curve: CurveIdentity) {
  let told = (_prefix: string): void => undefined;
  const link = await started.engine.connect(
    started.broker.endpoints,
    { highWaterMark: 1_000, curve },
    {
      onMessage: () => undefined,
      onMalformed: () => undefined,
      onInterest: (prefix) => told(prefix),
      onStanding: () => undefined,
    },
  );
  context.after(() => link.close(0));
  const hears = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      told = (prefix) => prefix === wanted && resolve();
    });
  return { link, hears };
}

const envelopeOf = (source: string, topic: string, attributes: Record<string, string> = {}): Uint8Array =>
  new EnvelopeWriter().write({ source, topic, id: "", time: 1, attributes });

test("a program that minds no rights is refused message by message and subscription by subscription", async (context) => {
  const setting = await start(context, { door: { publish: ["a.b"], subscribe: ["a.b"] } });
  const { keeper, started, dataDir, serverKey } = setting;
  const { link, hears } = await rawLink(context, setting, { secretKey: secretOf(0), serverKey });
  const cli = await started.connect({ source: "cli", curve: (await cliIdentity(dataDir))! });
  const seen: string[] = [];
  const heard = hears("a.");
  let last = (): void => undefined;
  const done = new Promise<void>((resolve) => (last = resolve));
  await cli.subscribe("a.*", ({ topic, source, attributes }) => {
    seen.push(`${source} ${topic}`);
    if (attributes["last"] === "yes") last();
  });
  await heard;
  link.subscribe("");
  link.send("a.c", envelopeOf("door", "a.c"));
  link.send("a.b", envelopeOf("cli", "a.b"));
  link.send("a.b", envelopeOf("door", "a.b"));
  link.send("a.b", envelopeOf("door", "a.b", { last: "yes" }));
  await done;
  assert.deepEqual(seen, ["door a.b", "door a.b"]);
  const { in: taken, refused } = keeper.table.program("door")!.counters;
  assert.deepEqual([taken, refused], [2, 3], "a topic, a source and a subscription");
});

test("a name that a plugin takes is no longer anybody's who has no key, also where it was used before", async (context) => {
  const { keeper, started } = await start(context, { anonymous: { publish: ["a.*"], subscribe: ["a.*"] } });
  const client = await started.connect({ source: "greeter", deadlineMs: 500 });
  const seen: string[] = [];
  await client.subscribe("a.*", ({ topic }) => void seen.push(topic));
  await client.publish("a.before", logEntry, line);
  await client.flush();
  keeper.plugin("greeter", started.broker);
  await client.publish("a.after", logEntry, line);
  // Its own flush mark is signed with that name too: it does not come back.
  await assert.rejects(client.flush(), { code: "BUS_FORBIDDEN" });
  assert.deepEqual(seen, ["a.before"]);
});
