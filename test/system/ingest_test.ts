import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { databaseFiles } from "../../plugins/database/database_files.ts";
import { checkIntegrity } from "../../plugins/database/integrity.ts";
import { LocalDatabase } from "../../plugins/database/local_database.ts";
import { openDatabase } from "../../plugins/database/open_database.ts";
import { systemClock } from "../../runtime/clock.ts";
import { runtimeName } from "../../runtime/host.ts";
import { tempDir } from "../temp_dir.ts";
import { runtimeArguments } from "../this_runtime.ts";
import { Instance, until, writeManifest } from "./instance.ts";

const publisher = fileURLToPath(new URL("publisher.ts", import.meta.url));

function publish(ports: { publishPort: number; subscribePort: number }, count: number): readonly [string, string[]] {
  return [process.execPath, runtimeArguments(publisher, `${ports.publishPort}`, `${ports.subscribePort}`, `${count}`)];
}

test("of 50,000 entries that another process publishes in a burst, received and counted make up all", async (t) => {
  const folder = await tempDir(t);
  const instance = await Instance.launch(folder, await writeManifest(folder));
  t.after(() => instance.end("SIGKILL"));
  const [program, values] = publish(await instance.ports(), 50_000);
  const { stdout } = await promisify(execFile)(program, values);
  assert.equal(stdout.trim(), "50000");
  const counted = async (): Promise<{ found: number; lost: number }> => {
    const { committed, gaps, dropped, queued } = await instance.detail("log_consumer");
    const refused = Object.values(dropped as Record<string, Record<string, number>>).flatMap((reasons) =>
      Object.values(reasons),
    );
    const lost = Number(gaps) + refused.reduce((sum, count) => sum + count, 0);
    return queued === 0 ? { found: Number(committed), lost } : { found: 0, lost };
  };
  // The runtime's own lines are committed beside the publisher's, so this is a lower bound; the rows are exact below.
  await until(async () => {
    const { found, lost } = await counted();
    return found + lost >= 50_000;
  }, "all entries accounted for");
  const { lost } = await counted();
  assert.equal((await publishedMessages(instance)).length + lost, 50_000);
  assert.equal(await instance.end(), 0);
});

/** Pages through everything that the publisher has logged. */
async function publishedMessages(instance: Instance): Promise<string[]> {
  const messages: string[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ module: "publisher", limit: "1000", ...(cursor === null ? {} : { cursor }) });
    const response = await instance.get(`/plugins/log_consumer/logs?${query.toString()}`);
    const page = (await response.json()) as { entries: { message: string }[]; next_cursor: string | null };
    messages.push(...page.entries.map((entry) => entry.message));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return messages;
}

/** What SQLite finds wrong in the database of an instance that has ended. */
async function integrityOf(dataDir: string): Promise<readonly string[]> {
  const client = await openDatabase(databaseFiles(dataDir, "backplane.db"), 1_000);
  const database = new LocalDatabase({ client, clock: systemClock, transactionTimeoutMs: 60_000 });
  try {
    return await checkIntegrity(database);
  } finally {
    await database.close();
  }
}

test("what was published before a stop began is stored: nothing on its way is lost", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeManifest(folder);
  const instance = await Instance.launch(folder, manifest);
  t.after(() => instance.end("SIGKILL"));
  const [program, values] = publish(await instance.ports(), 10_000);
  await promisify(execFile)(program, values);
  assert.equal(await instance.end(), 0);
  const again = await Instance.launch(folder, manifest);
  t.after(() => again.end("SIGKILL"));
  assert.equal((await publishedMessages(again)).length, 10_000);
});

/** Elsewhere fewer, for what is on disk then is the database's, not the runtime's. */
const ROUNDS = Number(process.env["BACKPLANE_KILL_ROUNDS"] ?? (runtimeName() === "node" ? 3 : 1));

for (let round = 1; round <= ROUNDS; round++) {
  test(`kill -9 in the middle of an ingest loses no row that was reported committed (${round} of ${ROUNDS})`, async (t) => {
    const folder = await tempDir(t);
    const manifest = await writeManifest(folder);
    const instance = await Instance.launch(folder, manifest);
    t.after(() => instance.end("SIGKILL"));
    const reported = await followUntilKilled(instance, Math.floor(Math.random() * 15_000));
    const again = await Instance.launch(folder, manifest);
    t.after(() => again.end("SIGKILL"));
    const detail = await again.detail("database");
    assert.equal(detail["last_error"], null);
    const found = new Set(await publishedMessages(again));
    const missing = [...reported].filter((message) => !found.has(message));
    assert.deepEqual(missing, [], `of ${reported.size} rows reported committed, after ${found.size} found`);
    assert.equal(await again.end(), 0);
    assert.deepEqual(await integrityOf(join(folder, "data")), []);
  });
}

/** Publishes 20,000 entries, follows the stream of committed rows, kills the instance after so many of them. */
async function followUntilKilled(instance: Instance, rows: number): Promise<Set<string>> {
  const reported = new Set<string>();
  const stream = await instance.get("/plugins/log_consumer/logs?module=publisher", "text/event-stream");
  const [program, values] = publish(await instance.ports(), 20_000);
  const sender = spawn(program, values, { stdio: "ignore" });
  const reader = stream.body!.getReader();
  const killed = once(instance.process, "exit").then(() => ({ done: true as const, value: undefined }));
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    // The stream breaks when its server is killed: by an error, or by silence.
    const { done, value } = await Promise.race([
      reader.read().catch(() => ({ done: true as const, value: undefined })),
      killed,
    ]);
    if (done) break;
    const events = (text + decoder.decode(value as Uint8Array, { stream: true })).split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const message = /"message":"(entry \d+)"/.exec(event)?.[1];
      if (message !== undefined) reported.add(message);
    }
    if (reported.size >= rows && instance.process.signalCode === null) instance.process.kill("SIGKILL");
  }
  sender.kill("SIGKILL");
  return reported;
}
