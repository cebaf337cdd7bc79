/**
 * What somebody would write by hand with the same libraries: reads and checks the manifest, opens the encrypted database
 * with the same settings and one table with its index, runs a broker with a publisher and a subscriber on it, listens.
 * Prints its port when all of it is there. The two scripts beside it differ in what they import of the client.
 */
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import * as v from "valibot";
import { parse } from "yaml";
import * as zeromq from "zeromq";
import { aico } from "../../../dist/schemas/generated/aico_core.js";

const entry = v.nullish(v.looseObject({ enabled: v.optional(v.boolean(), true) }));
const schema = v.looseObject({
  core: v.looseObject({ api_gateway: v.looseObject({ plugins: v.record(v.string(), entry) }) }),
});

/** @param createClient of the database client */
export async function run(createClient, manifest) {
  const { core } = v.parse(schema, parse(readFileSync(manifest, "utf8")));
  const folder = join(dirname(manifest), core.system.data_dir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const client = await openDatabase(createClient, folder);
  const broker = await startBroker();
  const server = await listen();
  process.on("SIGTERM", () => {
    client.close();
    broker.terminate();
    process.exit(0);
  });
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
}

async function openDatabase(createClient, folder) {
  const keyFile = join(folder, "database.key");
  if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(32).toString("hex"), { mode: 0o600 });
  const opened = createClient({
    url: pathToFileURL(join(folder, "bare.db")).href,
    encryptionKey: readFileSync(keyFile, "utf8"),
    concurrency: 1,
    timeout: 1_000,
    intMode: "bigint",
  });
  for (const setting of ["locking_mode = EXCLUSIVE", "auto_vacuum = INCREMENTAL", "journal_mode = WAL"]) {
    await opened.execute(`PRAGMA ${setting}`);
  }
  await opened.execute("PRAGMA synchronous = FULL");
  await opened.batch(
    [
      "CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, message TEXT NOT NULL) STRICT",
      "CREATE INDEX IF NOT EXISTS entries_time ON entries (time)",
      "CREATE VIRTUAL TABLE IF NOT EXISTS entries_search USING fts5(message, content='')",
    ],
    "write",
  );
  return opened;
}

async function startBroker() {
  zeromq.context.blocky = false;
  const front = new zeromq.XSubscriber({ linger: 0 });
  const back = new zeromq.XPublisher({ linger: 0 });
  await front.bind("tcp://127.0.0.1:*");
  await back.bind("tcp://127.0.0.1:*");
  const proxy = new zeromq.Proxy(front, back);
  const [publish, subscribe] = [front.lastEndpoint, back.lastEndpoint];
  void proxy.run().catch(() => {});
  const publisher = new zeromq.XPublisher({ linger: 0 });
  const subscriber = new zeromq.Subscriber({ linger: 0 });
  publisher.connect(publish);
  subscriber.connect(subscribe);
  subscriber.subscribe("logs.");
  // The subscription has made its way through the broker when the publisher sees it.
  await publisher.receive();
  void readAll(subscriber);
  return proxy;
}

async function readAll(subscriber) {
  for await (const [, envelope] of subscriber) aico.core.AicoMessage.decode(envelope);
}

async function listen() {
  const app = new Hono();
  app.get("/api/v1/admin/health/ready", (context) => context.json({ status: "ready" }));
  const listener = getRequestListener((request) => app.fetch(request));
  const listening = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return listening;
}
