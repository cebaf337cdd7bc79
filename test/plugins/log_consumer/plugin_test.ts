import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Hono } from "hono";
import * as v from "valibot";
import { database as databaseKey, type Database } from "../../../plugins/database/contract.ts";
import LogConsumerPlugin from "../../../plugins/log_consumer/plugin.ts";
import {
  logEntry,
  messageBus,
  type BusMessage,
  type LogEntry,
  type MessageBus,
} from "../../../plugins/message_bus/contract.ts";
import type { GatewayEnv } from "../../../runtime/contribution.ts";
import { readInput } from "../../../runtime/gateway/route_input.ts";
import { hostService } from "../../../runtime/options.ts";
import { pluginContext, systemClock } from "../../../runtime/testing.ts";
import { tempDatabase } from "../database/temp_database.ts";
import { received } from "./entries.ts";

type Handler = (message: BusMessage) => void;
const schema = LogConsumerPlugin.metadata.config as v.GenericSchema;

/** A message as the bus hands it on; bytes that do not decode throw, as on the bus. */
function message(bytes: Uint8Array): BusMessage {
  const fields = {
    topic: "logs.backend.main",
    id: "1",
    time: 0,
    source: "tester",
    type: logEntry.name,
    attributes: {},
  };
  return { ...fields, payload: () => bytes, decode: (type) => type.decode(bytes) };
}

/** The running plugin on a real database; messages come from the test instead of a broker. */
async function runPlugin(context: TestContext, config: Record<string, unknown> = {}, given?: Database) {
  const database = given ?? (await tempDatabase(context));
  const losses = { gaps: 0, dropped: 0 };
  const patterns: string[] = [];
  let handler: Handler = () => {};
  const broker = { alive: true };
  const bus = {
    counters: () => losses,
    flush: () => (broker.alive ? Promise.resolve() : Promise.reject(new Error("no broker"))),
    subscribe(pattern: string, callback: Handler) {
      patterns.push(pattern);
      handler = callback;
      const close = async (): Promise<void> => {
        handler = () => {};
      };
      return Promise.resolve({ counters: losses, close, [Symbol.asyncDispose]: close });
    },
  };
  const services = [hostService(databaseKey, database), hostService(messageBus, bus as unknown as MessageBus)];
  const settings = { batch_ms: 1, ...config };
  const unit = pluginContext(LogConsumerPlugin, { config: settings, services, clock: systemClock });
  const plugin = new LogConsumerPlugin(unit);
  await plugin.start();
  const release = (): Promise<void> => unit.end();
  context.after(release);
  const send = (entry: Partial<LogEntry>): void => handler(message(logEntry.encode(received(entry).entry)));
  const detail = () => plugin.healthCheck().detail ?? {};
  const committed = async (count: number): Promise<void> => {
    while (Number(detail()["committed"]) < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const sendBytes = (bytes: Uint8Array): void => handler(message(bytes));
  const stop = new AbortController();
  return {
    plugin,
    database,
    broker,
    losses,
    lines: unit.lines,
    patterns,
    stop,
    release,
    send,
    sendBytes,
    detail,
    committed,
  };
}

/** The plugin's routes behind the gateway's own reading of queries. */
function serve(
  plugin: LogConsumerPlugin,
  stop: AbortController,
): (path: string, init?: RequestInit) => Promise<Response> {
  const app = new Hono<GatewayEnv>();
  for (const route of plugin.adminRoutes()) {
    app.on(route.method, route.path, async (context) => {
      const input = await readInput(route.schema, context);
      if (input instanceof Response) return input;
      context.set("input", input);
      context.set("pluginSignal", stop.signal);
      return route.handler(context);
    });
  }
  return async (path, init) => app.fetch(new Request(`http://localhost${path}`, init));
}

interface Page {
  readonly entries: readonly { readonly message: string; readonly source: string; readonly id: number }[];
  readonly next_cursor: string | null;
}

async function readJson(response: Response): Promise<Page> {
  assert.equal(response.status, 200);
  return (await response.json()) as Page;
}

test("log_consumer writes what comes on logs.* and answers it", async (context) => {
  const { plugin, patterns, stop, send, committed } = await runPlugin(context);
  send({ message: "fix the thing" });
  send({ message: "another" });
  await committed(2);
  assert.deepEqual(patterns, ["logs.*"]);
  const get = serve(plugin, stop);
  const all = await readJson(await get("/logs"));
  assert.deepEqual(
    all.entries.map(({ message: text }) => text),
    ["another", "fix the thing"],
  );
  assert.equal(all.entries[0]?.source, "tester");
  assert.equal(all.next_cursor, null);
  const found = await readJson(await get("/logs?q=fix&level=info&subsystem=backend&module=main"));
  assert.equal(found.entries.length, 1);
});

test("log_consumer pages by cursor", async (context) => {
  const { plugin, stop, send, committed } = await runPlugin(context);
  for (let index = 0; index < 5; index += 1) send({ message: String(index) });
  await committed(5);
  const get = serve(plugin, stop);
  const first = await readJson(await get("/logs?limit=3"));
  const second = await readJson(await get(`/logs?limit=3&cursor=${first.next_cursor}`));
  assert.deepEqual(
    [...first.entries, ...second.entries].map(({ message: text }) => text),
    ["4", "3", "2", "1", "0"],
  );
  assert.equal(second.next_cursor, null);
});

test("log_consumer refuses a query it does not understand with 400, and searches for any text", async (context) => {
  const { plugin, stop } = await runPlugin(context);
  const get = serve(plugin, stop);
  for (const query of ["level=loud", "since=yesterday", "limit=0", "limit=5000", "cursor=x", "lvel=info", "q=!!!"]) {
    assert.equal((await get(`/logs?${query}`)).status, 400, query);
  }
  for (const limit of ["0", "-1", "1.5", "5000", "99999999", ""]) {
    assert.match(await (await get(`/logs?limit=${limit}`)).text(), /whole number from 1 to 1000/, limit);
  }
  for (const text of ['"', 'a" OR "b', "NEAR(", "a*b", "col:x", "-x", "\u{1f600} ü", "'; DROP TABLE"]) {
    const { status } = await get(`/logs?q=${encodeURIComponent(text)}`);
    assert.ok(status === 200 || status === 400, `${text}: ${status}`);
  }
  assert.equal((await get("/logs?since=2026-01-01T00:00:00%2B02:00&until=2026-02-01&q=")).status, 200);
});

test("log_consumer streams committed entries, and ends the stream when the plugin stops", async (context) => {
  const { plugin, stop, send } = await runPlugin(context);
  const get = serve(plugin, stop);
  const response = await get("/logs", { headers: { accept: "text/event-stream" } });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, ": following\n\n");
  send({ message: "live" });
  const { value } = await reader.read();
  assert.match(value ?? "", /^id: 1\nevent: log\ndata: \{"id":1,.*"message":"live".*\}\n\n$/);
  stop.abort();
  assert.equal((await reader.read()).done, true);
});

test("log_consumer counts broken messages and goes on", async (context) => {
  const { sendBytes, send, committed, detail } = await runPlugin(context);
  sendBytes(new Uint8Array([0xff, 0xff, 0xff]));
  send({ message: "sound" });
  await committed(1);
  const { received: count, broken, committed: written, queued } = detail();
  assert.deepEqual([count, broken, written, queued], [2, 1, 1, 0]);
});

test("log_consumer counts what the bus lost and notes it as a row", async (context) => {
  const { plugin, losses, stop, send, committed, detail } = await runPlugin(context);
  losses.gaps = 3;
  assert.equal(plugin.healthCheck().status, "degraded");
  assert.deepEqual(detail()["dropped"], { gap: { unknown: 3 } });
  send({});
  await committed(2);
  const { entries } = await readJson(await serve(plugin, stop)("/logs?q=lost"));
  assert.equal(entries[0]?.message, "3 log entries were lost: gap 3 unknown.");
});

test("log_consumer drops what its queue cannot hold by level and says so in its health", async (context) => {
  const { plugin, send, committed, detail } = await runPlugin(context, { queue_size: 100, batch_rows: 5_000 });
  for (let index = 0; index < 150; index += 1) send({ level: "debug" });
  send({ level: "error" });
  await committed(100);
  assert.deepEqual(detail()["dropped"], { queue_full: { debug: 51 } });
  assert.equal(plugin.healthCheck().status, "degraded");
});

test("log_consumer writes what waits before it has stopped", async (context) => {
  const { plugin, database, send } = await runPlugin(context, { batch_ms: 10_000 });
  for (let index = 0; index < 20; index += 1) send({});
  await plugin.stop();
  assert.deepEqual((await database.execute("SELECT count(*) AS n FROM log_entries")).rows, [{ n: 20 }]);
});

test("log_consumer's stop fails when it could not receive what the broker held, after storing the rest", async (context) => {
  const { plugin, database, broker, send } = await runPlugin(context, { batch_ms: 10_000 });
  send({});
  broker.alive = false;
  await assert.rejects(plugin.stop(), /what the broker still held is lost/);
  assert.deepEqual((await database.execute("SELECT count(*) AS n FROM log_entries")).rows, [{ n: 1 }]);
});

test("log_consumer says once that it cannot write, in this process only, and is degraded", async (context) => {
  const database = await tempDatabase(context);
  const { plugin, lines, send } = await runPlugin(context, {}, database);
  await database.close();
  send({});
  while (plugin.healthCheck().detail?.["write_failures"] === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  send({});
  assert.equal(plugin.healthCheck().status, "degraded");
  assert.deepEqual(
    lines
      .filter(({ message: text }) => text.startsWith("Cannot write"))
      .map(({ message: text, local }) => [text, local]),
    [["Cannot write log entries; they are kept and tried again.", true]],
  );
  await assert.rejects(plugin.stop(), /no time to write the last 2 log entries/);
});

test("log_consumer's config has bounds and refuses unknown keys", () => {
  const defaults = { retention_days: 30, max_size_mb: 1_024, queue_size: 50_000, queue_mb: 64 };
  assert.deepEqual(v.parse(schema, {}), { ...defaults, batch_rows: 500, batch_ms: 100 });
  for (const bad of [{ retention_days: 0 }, { batch_rows: 1e6 }, { queue_size: 1.5 }, { retention: 3 }]) {
    assert.equal(v.safeParse(schema, bad).success, false);
  }
});
