import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as v from "valibot";
import DatabasePlugin from "../../../plugins/database/plugin.ts";
import type { Database } from "../../../plugins/database/contract.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { serviceFor, type PluginContext, type Resource, type ServiceConsumer } from "../../../runtime/plugin.ts";

interface Run {
  readonly plugin: DatabasePlugin;
  readonly folder: string;
  service(consumer: ServiceConsumer): Database;
  release(): Promise<void>;
}

const schema = DatabasePlugin.metadata.config as v.GenericSchema<unknown, PluginConfig>;
type PluginConfig = ConstructorParameters<typeof DatabasePlugin>[0]["config"];

/** The plugin over a context that records what it provides and owns. */
async function runPlugin(context: TestContext): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "backplane-database-"));
  const owned: Resource[] = [];
  let provided: unknown;
  const fake = {
    name: "database",
    config: v.parse(schema, {}),
    clock: systemClock,
    requireService: () => ({ dataDir: folder }),
    provideService: (_key: unknown, value: unknown) => {
      provided = value;
    },
    own: (resource: Resource) => {
      owned.push(resource);
      return resource;
    },
  };
  const plugin = new DatabasePlugin(fake as unknown as PluginContext<PluginConfig>);
  const release = async (): Promise<void> => {
    for (const resource of owned) if (typeof resource === "function") await resource();
  };
  context.after(async () => {
    await release();
    await rm(folder, { recursive: true, force: true });
  });
  return { plugin, folder, release, service: (asking) => serviceFor(provided as Database, asking) };
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
