import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as v from "valibot";
import DatabasePlugin from "../../../plugins/database/plugin.ts";
import { database, type Database } from "../../../plugins/database/contract.ts";
import { hostService } from "../../../runtime/options.ts";
import type { ServiceConsumer } from "../../../runtime/plugin.ts";
import { config } from "../../../runtime/system_services.ts";
import { pluginContext, systemClock } from "../../../runtime/testing.ts";

interface Run {
  readonly plugin: DatabasePlugin;
  readonly folder: string;
  service(consumer: ServiceConsumer): Database;
  release(): Promise<void>;
}

const schema = DatabasePlugin.metadata.config as v.GenericSchema;

async function runPlugin(running: TestContext): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "backplane-database-"));
  const gateway = { host: "127.0.0.1", port: 0 };
  const system = { name: "test", environment: "test", dataDir: folder, version: "0.0.0", gateway };
  const context = pluginContext(DatabasePlugin, { services: [hostService(config, system)], clock: systemClock });
  running.after(async () => {
    await context.end();
    await rm(folder, { recursive: true, force: true });
  });
  const plugin = new DatabasePlugin(context);
  return { plugin, folder, release: () => context.end(), service: (asking) => context.provided(database, asking) };
}

function consumer(bind: ServiceConsumer["bind"]): ServiceConsumer {
  return { name: "notes", signal: new AbortController().signal, own: (resource) => resource, bind };
}

test("the database plugin provides a database that its release closes", async (context) => {
  const run = await runPlugin(context);
  await run.plugin.start();
  const service = run.service(consumer((callback) => callback));
  await service.migrate("notes", [{ name: "create", statements: ["CREATE TABLE t (a INTEGER)"] }]);
  await service.batch([{ sql: "INSERT INTO t VALUES (?)", args: [1] }]);
  assert.deepEqual((await service.execute("SELECT a FROM t")).rows, [{ a: 1 }]);
  await run.release();
  await assert.rejects(service.execute("SELECT a FROM t"), { code: "DATABASE_CLOSED" });
});

test("the database plugin runs a consumer's transaction as that consumer", async (context) => {
  const run = await runPlugin(context);
  await run.plugin.start();
  let bound = 0;
  const service = run.service(
    consumer((callback) => {
      bound += 1;
      return callback;
    }),
  );
  assert.equal(await service.transaction(() => 7), 7);
  assert.equal(bound, 1);
});

test("the database plugin's health names file, sizes and the last error", async (context) => {
  const run = await runPlugin(context);
  await run.plugin.start();
  await run.service(consumer((callback) => callback)).execute("CREATE TABLE t (a)");
  const { status, detail } = await run.plugin.healthCheck();
  assert.equal(status, "healthy");
  assert.equal(detail?.["file"], join(run.folder, "backplane.db"));
  assert.ok(Number(detail?.["wal_size_bytes"]) > 0);
  assert.equal(detail?.["last_error"], null);
});

test("the database plugin's health is degraded while the disk is full, and healthy after the next write", async (context) => {
  const run = await runPlugin(context);
  await run.plugin.start();
  const service = run.service(consumer((callback) => callback));
  await service.execute("CREATE TABLE t (a BLOB)");
  await service.execute("PRAGMA max_page_count = 10");
  await assert.rejects(service.execute("INSERT INTO t VALUES (zeroblob(100000))"), {
    code: "DATABASE_STATEMENT_FAILED",
    details: { sqlite_code: "SQLITE_FULL", sql: "INSERT INTO t VALUES (zeroblob(100000))" },
  });
  assert.equal((await run.plugin.healthCheck()).status, "degraded");
  await service.execute("INSERT INTO t VALUES (x'00')");
  assert.equal((await run.plugin.healthCheck()).status, "healthy");
});

test("the database plugin's config keeps the file inside data_dir", () => {
  for (const file of ["../a.db", "a/b.db", "/a.db", "", ".hidden", "database.key", "a.db-wal"]) {
    assert.equal(v.safeParse(schema, { file }).success, false, file);
  }
  assert.equal(v.safeParse(schema, { file: "logs-2.db" }).success, true);
  assert.equal(v.safeParse(schema, { flie: "a.db" }).success, false);
});
