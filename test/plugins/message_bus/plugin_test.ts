import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { type BusMessage, logEntry } from "../../../plugins/message_bus/contract.ts";
import { zmtpEngine } from "../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { GatewayContext } from "../../../runtime/contribution.ts";
import { assertNothingLeft } from "./plugin_restart.ts";
import { PluginRun, settings, start } from "./plugin_run.ts";
import { Collector, line } from "./test_broker.ts";
import { envelope } from "./zmtp/hostile/envelope_bytes.ts";
import { RawPeer } from "./zmtp/hostile/raw_peer.ts";
import { command, message as wireMessage } from "./zmtp/hostile/wire.ts";

test("the plugin provides a bus over which its consumers talk", async (context) => {
  const run = await start(context);
  const collector = new Collector<BusMessage>();
  await run.bus("reader").subscribe("talk.*", collector.take);
  await run.bus("ada").publish("talk.a", logEntry, line);
  assert.equal((await collector.until(1))[0]?.source, "ada");
});

test("the runtime's own log reaches whoever subscribes logs.*", async (context) => {
  const run = await start(context);
  const fields = {};
  run.say({
    time: 1,
    level: "info",
    subsystem: "runtime",
    module: "lifecycle",
    message: "early",
    fields,
    local: false,
  });
  const collector = new Collector<BusMessage>();
  await run.bus("log_consumer").subscribe("logs.*", collector.take);
  const [message] = await collector.until(1);
  assert.equal(message?.topic, "logs.runtime.lifecycle");
  assert.equal(message.decode(logEntry).message, "early");
});

test("a handler that fails is said locally, at the 1st and the 10th failure", async (context) => {
  const run = await start(context);
  const bus = run.bus("reader");
  await bus.subscribe("fail.a", () => Promise.reject(new Error("mine")));
  for (let index = 0; index < 12; index += 1) await bus.publish("fail.a", logEntry, line);
  const done = new Collector<BusMessage>();
  await bus.subscribe("done.a", done.take);
  await bus.publish("done.a", logEntry, line);
  await done.until(1);
  assert.equal(run.local.length, 2);
  assert.equal(bus.counters().handlerFailures, 12);
});

test("health tells the counters, the engine, and that sources are verified", async (context) => {
  const run = await start(context);
  const { status, detail } = run.plugin.healthCheck();
  assert.equal(status, "healthy");
  assert.deepEqual([detail?.["engine"], detail?.["source_verified"]], ["zmtp", true]);
  assert.deepEqual(detail?.["log"], { waiting: 0, dropped: 0, failed: 0 });
  assert.equal(detail["gaps"], 0);
});

test("health tells who is connected, who was turned away and who was cut off, and why", async (context) => {
  const run = await start(context, { ...settings, max_connections: 1 });
  const { port } = new URL(String(run.plugin.healthCheck().detail?.["publish"]));
  const peer = await RawPeer.openNull(Number(port), "PUB");
  // With the answer the broker knows who it is, and keeps its place.
  peer.send(command("PING", Buffer.from([0, 0])));
  await peer.commandNamed("PONG");
  await once(connect(Number(port)).resume(), "close");
  peer.send(Buffer.from("no frame"));
  await peer.ended();
  const { connections, turned_away, cut } = run.plugin.healthCheck().detail ?? {};
  assert.deepEqual({ connections, turned_away, cut }, { connections: 0, turned_away: 1, cut: { protocol: 1 } });
});

test("with ipc, a program of the same user comes in by sockets in data_dir", async (context) => {
  const run = await start(context, { ...settings, ipc: true });
  const collector = new Collector<BusMessage>();
  await run.bus("reader").subscribe("logs.*", collector.take);
  const endpoints = {
    publish: `ipc://${join(run.dataDir, "bus_publish.sock")}`,
    subscribe: `ipc://${join(run.dataDir, "bus_subscribe.sock")}`,
  };
  let heard = (): void => undefined;
  const wanted = new Promise<void>((resolve) => (heard = resolve));
  const link = await zmtpEngine(systemClock).connect(
    endpoints,
    { highWaterMark: 10 },
    {
      onStanding: () => undefined,
      onInterest: (prefix) => prefix === "logs." && heard(),
      onMessage: () => undefined,
      onMalformed: () => undefined,
    },
  );
  await wanted;
  link.send("logs.a", new Uint8Array(0));
  await link.close(5_000);
  assert.equal((await collector.until(1))[0]?.topic, "logs.a");
});

test("a plugin that the manifest names is held to its patterns, and health counts what it did", async (context) => {
  const peers = { ada: { publish: ["talk.*"], subscribe: [] } };
  const run = await start(context, { ...settings, peers });
  await run.bus("reader").subscribe("*", () => undefined);
  await run.bus("ada").publish("talk.a", logEntry, line);
  await assert.rejects(run.bus("ada").publish("logs.a", logEntry, line), { code: "BUS_FORBIDDEN" });
  const detail = run.plugin.healthCheck().detail?.["peers"] as Record<string, Record<string, number>>;
  const { in: sent, refused, dropped, bytes_in } = detail["ada"]!;
  assert.deepEqual([sent, refused, dropped], [1, 1, 0]);
  assert.ok(bytes_in! > 50);
});

test("the admin routes tell who may do what, and read the keys again", async (context) => {
  const run = await start(context, { ...settings, peers: { door: { publish: ["door.*"], subscribe: [] } } });
  const [peers, refresh] = run.plugin.adminRoutes();
  assert.deepEqual([peers?.method, peers?.path], ["GET", "/peers"]);
  assert.deepEqual([refresh?.method, refresh?.path], ["POST", "/peers/refresh"]);
  const answer = { json: (body: unknown) => Response.json(body) } as unknown as GatewayContext;
  const told = (await (await peers!.handler(answer)).json()) as { peers: { name: string; publish: string[] }[] };
  assert.deepEqual(told.peers.find(({ name }) => name === "door")?.publish, ["door.*"]);
  assert.deepEqual(await (await refresh!.handler(answer)).json(), { disconnected: {} });
});

test("health is unhealthy once the broker has ended", async (context) => {
  const run = await start(context);
  await run.release();
  assert.equal(run.plugin.healthCheck().status, "unhealthy");
});

test("a port in use fails the start and leaves nothing behind", async (context) => {
  const first = await start(context);
  const endpoint = String(first.plugin.healthCheck().detail?.["subscribe"]);
  const second = new PluginRun({ ...settings, subscribe_port: Number(endpoint.split(":").at(-1)) });
  await assert.rejects(Promise.resolve(second.plugin.start()), { code: "BUS_PORT_IN_USE" });
  await second.release();
});

test("starting and stopping 200 times leaves no descriptor, thread, listener or timer behind", async () => {
  await assertNothingLeft(settings);
});

test("what a foreign program may not do is told in the log, once for each kind, and then only counted", async (context) => {
  const run = await start(context);
  run.bus("ada");
  const portOf = (endpoint: string): number =>
    Number(new URL(String(run.plugin.healthCheck().detail?.[endpoint])).port);
  const publisher = await RawPeer.openNull(portOf("publish"), "PUB");
  const subscriber = await RawPeer.openNull(portOf("subscribe"), "SUB");
  context.after(() => Promise.all([publisher.cut(), subscriber.cut()]));
  for (const topic of ["door.a", "door.b"]) publisher.send(wireMessage(topic, envelope("me", 1)));
  for (const number of [1, 2]) publisher.send(wireMessage("logs.a", envelope("ada", number)));
  for (const prefix of ["", "logs."]) subscriber.send(command("SUBSCRIBE", prefix));
  for (const peer of [publisher, subscriber]) {
    // Its answer comes after all that was sent before.
    peer.send(command("PING", Buffer.alloc(2)));
    await peer.commandNamed("PONG");
  }
  const warnings = run.context.lines.filter(({ level }) => level === "warning").map(({ message }) => message);
  assert.deepEqual(warnings.map((text) => text.replace(" Further attempts are only counted.", "")).toSorted(), [
    'The peer "anonymous" tried to publish in another\'s name on "logs.a", and may not.',
    'The peer "anonymous" tried to publish on "door.a", and may not.',
    'The peer "anonymous" tried to subscribe to "", and may not.',
  ]);
  const peers = run.plugin.healthCheck().detail?.["peers"] as Record<string, { refused: number }>;
  assert.equal(peers["anonymous"]!.refused, 6);
});
