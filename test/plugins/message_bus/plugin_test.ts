import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import type { BusConfig } from "../../../plugins/message_bus/config.ts";
import { type BusMessage, logEntry, messageBus, type MessageBus } from "../../../plugins/message_bus/contract.ts";
import MessageBusPlugin from "../../../plugins/message_bus/plugin.ts";
import { zmtpEngine } from "../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { LogRecord } from "../../../runtime/logger.ts";
import type { GatewayContext } from "../../../runtime/contribution.ts";
import { hostService } from "../../../runtime/options.ts";
import type { ServiceConsumer } from "../../../runtime/plugin.ts";
import { config as systemConfig, runtimeLog } from "../../../runtime/system_services.ts";
import { pluginContext, systemClock, type UnitContext } from "../../../runtime/testing.ts";
import { Collector, line } from "./test_broker.ts";

const settings = { publish_port: 0, subscribe_port: 0 };

const gateway = { host: "127.0.0.1", port: 0 };
const dataDir = mkdtempSync(join(tmpdir(), "backplane-"));
after(() => rmSync(dataDir, { recursive: true }));
const system = { name: "backplane", environment: "test", dataDir, version: "0.0.0", gateway };

/** One run of the plugin, and the runtime's log that it carries. */
class Run {
  readonly context: UnitContext<BusConfig, Clock>;
  readonly plugin: MessageBusPlugin;
  say: (record: LogRecord) => void = () => undefined;

  constructor(given: unknown = settings) {
    const follow = (listener: (record: LogRecord) => void): Disposable => {
      this.say = listener;
      return { [Symbol.dispose]: () => (this.say = () => undefined) };
    };
    const services = [hostService(runtimeLog, { follow }), hostService(systemConfig, system)];
    this.context = pluginContext<BusConfig, Clock>(MessageBusPlugin, { config: given, services, clock: systemClock });
    this.plugin = new MessageBusPlugin(this.context);
  }

  /** Errors that stay in this process. */
  get local(): readonly string[] {
    return this.context.lines.flatMap(({ local, level, message }) => (local && level === "error" ? [message] : []));
  }

  bus(name: string): MessageBus {
    const { signal } = new AbortController();
    const consumer: ServiceConsumer = {
      name,
      signal,
      own: (resource) => resource,
      bind: (callback) => callback,
    };
    return this.context.provided(messageBus, consumer);
  }

  release(): Promise<void> {
    return this.context.end();
  }
}

async function start(context: TestContext, config?: unknown): Promise<Run> {
  const run = new Run(config);
  context.after(() => run.release());
  await run.plugin.start();
  return run;
}

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

for (const [engine, verified] of [
  ["auto", true],
  ["native", false],
] as const) {
  test(`health tells the counters, and with engine ${engine} that sources are ${verified ? "" : "not "}verified`, async (context) => {
    const run = await start(context, { ...settings, engine });
    const { status, detail } = run.plugin.healthCheck();
    assert.equal(status, "healthy");
    assert.equal(detail?.["source_verified"], verified);
    assert.equal(detail["engine"], engine === "auto" ? "zmtp" : engine);
    assert.deepEqual(detail["log"], { waiting: 0, dropped: 0, failed: 0 });
    assert.equal(detail["gaps"], 0);
  });
}

test("health tells who is connected, who was turned away and who was cut off, and why", async (context) => {
  const run = await start(context, { ...settings, max_connections: 1 });
  const { port } = new URL(String(run.plugin.healthCheck().detail?.["publish"]));
  const sockets = [connect(Number(port)).resume(), connect(Number(port)).resume()];
  const [, second] = sockets;
  await once(second!, "close");
  sockets[0]!.write("GET / HTTP/1.1\r\n\r\n");
  await once(sockets[0]!, "close");
  const { connections, turned_away, cut } = run.plugin.healthCheck().detail ?? {};
  assert.deepEqual({ connections, turned_away, cut }, { connections: 0, turned_away: 1, cut: { greeting: 1 } });
});

test("with ipc, a program of the same user comes in by sockets in data_dir", async (context) => {
  const run = await start(context, { ...settings, ipc: true });
  const collector = new Collector<BusMessage>();
  await run.bus("reader").subscribe("logs.*", collector.take);
  const endpoints = {
    publish: `ipc://${join(dataDir, "bus_publish.sock")}`,
    subscribe: `ipc://${join(dataDir, "bus_subscribe.sock")}`,
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
  const second = new Run({ ...settings, subscribe_port: Number(endpoint.split(":").at(-1)) });
  await assert.rejects(Promise.resolve(second.plugin.start()), { code: "BUS_PORT_IN_USE" });
  await second.release();
});

test("starting and stopping 200 times leaves no descriptor, thread, listener or timer behind", async () => {
  const cycle = async (): Promise<void> => {
    const run = new Run();
    await run.plugin.start();
    const bus = run.bus("reader");
    await bus.respond("cycle.a", () => ({ type: logEntry, value: line }));
    await bus.request("cycle.a", logEntry, line);
    await run.release();
  };
  // The addon's own threads and descriptors come with the first few and stay.
  for (let round = 0; round < 20; round += 1) await cycle();
  const before = resources();
  for (let round = 0; round < 200; round += 1) await cycle();
  const deadline = Date.now() + 10_000;
  while (!settled(before) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(settled(before), JSON.stringify({ before, after: resources() }));
});

interface Resources {
  readonly descriptors: number;
  readonly threads: number;
  readonly exitListeners: number;
  readonly timers: number;
}

function resources(): Resources {
  const count = (folder: string): number => (existsSync(folder) ? readdirSync(folder).length : 0);
  return {
    descriptors: count("/proc/self/fd"),
    threads: count("/proc/self/task"),
    exitListeners: process.listenerCount("exit"),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  };
}

/** Sockets are released by a thread of libzmq's, a moment after. */
function settled(before: Resources): boolean {
  const now = resources();
  const keys = Object.keys(before) as (keyof Resources)[];
  return keys.every((key) => now[key] <= before[key]);
}
