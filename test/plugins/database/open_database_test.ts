import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { test } from "node:test";
import { createClient } from "@libsql/client";
import type { DatabaseFiles } from "../../../plugins/database/database_files.ts";
import { checkIntegrity } from "../../../plugins/database/integrity.ts";
import { openAt, tempFiles } from "./temp_database.ts";

/** A closed database with one row on these files. */
async function writeDatabase(files: DatabaseFiles): Promise<void> {
  const database = await openAt(files);
  await database.execute("CREATE TABLE t (a TEXT) STRICT");
  await database.execute("INSERT INTO t VALUES (?)", ["kept ".repeat(4_000)]);
  await database.close();
}

/** Opening must be refused with `code`, and leave every file in the folder as it is. */
async function assertRefused(files: DatabaseFiles, code: string): Promise<void> {
  const before = await hashes(files);
  await assert.rejects(openAt(files), { code });
  assert.deepEqual(await hashes(files), before);
}

async function hashes(files: DatabaseFiles): Promise<Record<string, string>> {
  const folder = dirname(files.database);
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder)).toSorted()) {
    found[name] = createHash("sha256")
      .update(await readFile(`${folder}/${name}`))
      .digest("hex");
  }
  return found;
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

test("openDatabase() makes key, key check and database, all of mode 0600", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  await database.execute("CREATE TABLE t (a TEXT)");
  for (const path of [files.key, files.keyCheck, files.database, files.wal]) assert.equal(await modeOf(path), "600");
  await database.close();
  assert.deepEqual((await readdir(dirname(files.database))).toSorted(), [
    "backplane.db",
    "backplane.db.keycheck",
    "database.key",
  ]);
});

test("openDatabase() uses WAL, synchronous FULL and an exclusive lock", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  const value = async (name: string) => Object.values((await database.execute(`PRAGMA ${name}`)).rows[0] ?? {})[0];
  assert.equal(await value("journal_mode"), "wal");
  assert.equal(await value("synchronous"), 2);
  assert.equal(await value("locking_mode"), "exclusive");
  assert.equal(await value("busy_timeout"), 100);
  await database.close();
});

test("openDatabase() writes nothing readable to the disk", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  await database.execute("CREATE TABLE t (a TEXT)");
  await database.execute("INSERT INTO t VALUES ('plaintext canary')");
  for (const path of [files.wal, files.database]) assert.ok(!(await readFile(path)).includes("plaintext canary"));
  await database.close();
  const bytes = await readFile(files.database);
  assert.ok(!bytes.includes("plaintext canary") && !bytes.includes("SQLite format 3"));
});

test("openDatabase() finds again what was written before, in the same process", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  const database = await openAt(files);
  assert.deepEqual((await database.execute("SELECT count(*) AS n FROM t")).rows, [{ n: 1 }]);
  assert.deepEqual(await checkIntegrity(database), []);
  await database.close();
});

test("openDatabase() refuses a second process with DATABASE_LOCKED", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  const module = new URL("../../../plugins/database/open_database.ts", import.meta.url).href;
  const program = `
    const { openDatabase } = await import(${JSON.stringify(module)});
    try { await openDatabase(${JSON.stringify(files)}, 50); console.log("opened"); }
    catch (error) { console.log(error.code, error.exitCode); }`;
  const output = await new Promise<string>((resolve, reject) => {
    // The other process is one of Node's, whatever runs this test: it must only be another one.
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    execFile("node", args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
  assert.equal(output.trim(), "DATABASE_LOCKED 1");
  await database.close();
});

test("openDatabase() refuses a second opening in one process with DATABASE_LOCKED, and the first goes on", async (context) => {
  const files = await tempFiles(context);
  const database = await openAt(files);
  await assert.rejects(openAt(files), { code: "DATABASE_LOCKED" });
  await database.execute("CREATE TABLE t (a)");
  await database.close();
});

test("openDatabase() refuses an existing database without its key with DATABASE_KEY_MISSING", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  await rm(files.key);
  await assertRefused(files, "DATABASE_KEY_MISSING");
});

test("openDatabase() refuses another key with DATABASE_WRONG_KEY", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  await writeFile(files.key, randomBytes(32).toString("hex"));
  await assertRefused(files, "DATABASE_WRONG_KEY");
});

test("openDatabase() refuses another key with DATABASE_WRONG_KEY without a key check too", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  await writeFile(files.key, randomBytes(32).toString("hex"));
  await rm(files.keyCheck);
  await assertRefused(files, "DATABASE_WRONG_KEY");
});

test("openDatabase() refuses another key and keeps a WAL that a killed process left, to the byte", async (context) => {
  const source = await tempFiles(context);
  const running = await openAt(source);
  await running.execute("CREATE TABLE t (a TEXT)");
  await running.execute("INSERT INTO t VALUES ('only in the WAL')");
  for (const withKeyCheck of [true, false]) {
    const files = await tempFiles(context);
    for (const name of ["database", "wal"] as const) await writeFile(files[name], await readFile(source[name]));
    if (withKeyCheck) await writeFile(files.keyCheck, await readFile(source.keyCheck));
    await writeFile(files.key, randomBytes(32).toString("hex"), { mode: 0o600 });
    await chmod(files.database, 0o600);
    await assertRefused(files, "DATABASE_WRONG_KEY");
  }
  await running.close();
});

test("openDatabase() recovers what a killed process left in the WAL", async (context) => {
  const source = await tempFiles(context);
  const running = await openAt(source);
  await running.execute("CREATE TABLE t (a TEXT)");
  await running.execute("INSERT INTO t VALUES ('only in the WAL')");
  const files = await tempFiles(context);
  for (const name of ["database", "wal", "key", "keyCheck"] as const) {
    await writeFile(files[name], await readFile(source[name]), { mode: 0o600 });
  }
  const recovered = await openAt(files);
  assert.deepEqual((await recovered.execute("SELECT a FROM t")).rows, [{ a: "only in the WAL" }]);
  await recovered.close();
  await running.close();
});

test("openDatabase() opens at once after a refusal whose cause was mended", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  const key = await readFile(files.key);
  await writeFile(files.key, randomBytes(32).toString("hex"));
  await rm(files.keyCheck);
  await assertRefused(files, "DATABASE_WRONG_KEY");
  await writeFile(files.key, key);
  await (await openAt(files)).close();
});

test("openDatabase() writes a lost key check again once the key has opened the database", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  const written = await readFile(files.keyCheck, "utf8");
  await rm(files.keyCheck);
  await (await openAt(files)).close();
  assert.equal(await readFile(files.keyCheck, "utf8"), written);
});

test("openDatabase() refuses a key that others can read with RUNTIME_KEY_EXPOSED", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  await chmod(files.key, 0o640);
  await assertRefused(files, "RUNTIME_KEY_EXPOSED");
});

test("openDatabase() refuses an empty and a malformed key with RUNTIME_KEY_INVALID", async (context) => {
  for (const text of ["", "passphrase", "ab".repeat(31)]) {
    const files = await tempFiles(context);
    await writeDatabase(files);
    await writeFile(files.key, text);
    await assertRefused(files, "RUNTIME_KEY_INVALID");
  }
});

test("openDatabase() refuses an empty key at the first start too", async (context) => {
  const files = await tempFiles(context);
  await writeFile(files.key, "", { mode: 0o600 });
  await assertRefused(files, "RUNTIME_KEY_INVALID");
});

test("openDatabase() refuses a plain SQLite file with DATABASE_NOT_ENCRYPTED", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  await rm(files.database);
  await writePlain(files);
  await assertRefused(files, "DATABASE_NOT_ENCRYPTED");
});

test("openDatabase() refuses a plain SQLite file with a WAL with DATABASE_NOT_ENCRYPTED", async (context) => {
  const source = await tempFiles(context);
  const plain = createClient({ url: `file:${source.database}` });
  await plain.execute("PRAGMA journal_mode = WAL");
  await plain.execute("CREATE TABLE t (a)");
  const files = await tempFiles(context);
  await writeFile(files.key, randomBytes(32).toString("hex"), { mode: 0o600 });
  await writeFile(files.database, await readFile(source.database));
  await writeFile(files.wal, await readFile(source.wal));
  plain.close();
  await assertRefused(files, "DATABASE_NOT_ENCRYPTED");
});

async function writePlain(files: DatabaseFiles): Promise<void> {
  const plain = createClient({ url: `file:${files.database}` });
  await plain.execute("CREATE TABLE t (a)");
  plain.close();
}

test("openDatabase() refuses garbage, a cut end and a broken first page with DATABASE_DAMAGED", async (context) => {
  const damages: ((files: DatabaseFiles) => Promise<void>)[] = [
    (files) => writeFile(files.database, randomBytes(16_384)),
    (files) => writeFile(files.database, randomBytes(10)),
    (files) => truncate(files.database, 6_000),
    (files) => truncate(files.database, 8_192),
    (files) => flipByte(files.database, 10),
    (files) => flipByte(files.database, 4_095),
  ];
  for (const damage of damages) {
    const files = await tempFiles(context);
    await writeDatabase(files);
    await damage(files);
    await assertRefused(files, "DATABASE_DAMAGED");
  }
});

test("a page that broke later is DATABASE_DAMAGED when it is read, and checkIntegrity() finds it", async (context) => {
  const files = await tempFiles(context);
  await writeDatabase(files);
  const size = (await stat(files.database)).size;
  await flipByte(files.database, 3 * 4_096);
  const database = await openAt(files);
  const found = await checkIntegrity(database).catch((error: unknown) => [String(error)]);
  assert.ok(found.length > 0);
  for (let page = 1; page < size / 4_096; page += 1) await flipByte(files.database, page * 4_096);
  await database.close();
  const broken = await openAt(files);
  await assert.rejects(broken.execute("SELECT length(a) FROM t"), { code: "DATABASE_DAMAGED" });
  assert.equal(broken.fault?.error.code, "DATABASE_DAMAGED");
  await broken.close();
});

async function flipByte(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
}

test("openDatabase() refuses a folder in the file's place with DATABASE_OPEN_FAILED", async (context) => {
  const files = await tempFiles(context);
  await mkdir(files.database);
  const mode = await modeOf(files.database);
  await assert.rejects(openAt(files), { code: "DATABASE_OPEN_FAILED" });
  assert.equal(await modeOf(files.database), mode);
});

test("openDatabase() goes on wherever the first start was cut off", async (context) => {
  const whole = await tempFiles(context);
  await writeDatabase(whole);
  const states: ((files: DatabaseFiles) => Promise<void>)[] = [
    async (files) => writeFile(files.key, await readFile(whole.key), { mode: 0o600 }),
    async (files) => {
      await writeFile(files.key, await readFile(whole.key), { mode: 0o600 });
      await writeFile(`${files.keyCheck}.draft`, "ab");
    },
    async (files) => {
      await writeFile(files.key, await readFile(whole.key), { mode: 0o600 });
      await writeFile(files.keyCheck, await readFile(whole.keyCheck));
      await writeFile(files.database, "", { mode: 0o600 });
    },
  ];
  for (const prepare of states) {
    const files = await tempFiles(context);
    await prepare(files);
    await writeDatabase(files);
  }
});
