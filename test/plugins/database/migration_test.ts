import assert from "node:assert/strict";
import { test } from "node:test";
import { tempDatabase } from "./temp_database.ts";

const first = { name: "create", statements: ["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"] };
const second = { name: "extend", statements: ["ALTER TABLE t ADD COLUMN b TEXT"] };

test("migrate() runs only the steps that have not run", async (context) => {
  const database = await tempDatabase(context);
  assert.deepEqual(await database.migrate("notes", [first]), ["create"]);
  assert.deepEqual(await database.migrate("notes", [first, second]), ["extend"]);
  assert.deepEqual(await database.migrate("notes", [first, second]), []);
  assert.deepEqual((await database.execute("SELECT a, b FROM t")).rows, [{ a: 1, b: null }]);
});

test("migrate() keeps namespaces apart", async (context) => {
  const database = await tempDatabase(context);
  await database.migrate("notes", [first]);
  assert.deepEqual(await database.migrate("tasks", [{ name: "create", statements: ["CREATE TABLE u (a)"] }]), [
    "create",
  ]);
});

test("migrate() undoes the step that fails, keeps those before it, and goes on once it is mended", async (context) => {
  const database = await tempDatabase(context);
  const broken = { name: "extend", statements: ["CREATE TABLE u (a)", "INSERT INTO missing VALUES (1)"] };
  await assert.rejects(database.migrate("notes", [first, broken]), { code: "DATABASE_MIGRATION_FAILED" });
  const { rows } = await database.execute("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('t', 'u')");
  assert.deepEqual(rows, [{ n: 1 }]);
  assert.deepEqual(await database.migrate("notes", [first, second]), ["extend"]);
});

test("migrate() refuses a step that changed after it ran", async (context) => {
  const database = await tempDatabase(context);
  await database.migrate("notes", [first]);
  for (const changed of [
    { ...first, statements: ["CREATE TABLE t (a TEXT)"] },
    { ...first, name: "renamed" },
  ]) {
    await assert.rejects(database.migrate("notes", [changed]), { code: "DATABASE_MIGRATION_FAILED" });
  }
});

test("migrate() refuses a database that a newer version made", async (context) => {
  const database = await tempDatabase(context);
  await database.migrate("notes", [first, second]);
  await assert.rejects(database.migrate("notes", [first]), { code: "DATABASE_MIGRATION_FAILED" });
});

test("migrate() refuses a namespace that is no plugin's name", async (context) => {
  const database = await tempDatabase(context);
  await assert.rejects(database.migrate("Not One", [first]), { code: "DATABASE_MIGRATION_FAILED" });
});
