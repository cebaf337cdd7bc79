import assert from "node:assert/strict";
import { test } from "node:test";
import { tempDatabase } from "./temp_database.ts";

test("execute() answers plain rows with integers as numbers, and as bigints beyond 2^53 - 1", async (context) => {
  const database = await tempDatabase(context);
  const result = await database.execute("SELECT 7 AS small, 9007199254740993 AS large, 1.5 AS real, x'00ff' AS blob");
  assert.deepEqual(result.rows, [
    { small: 7, large: 9_007_199_254_740_993n, real: 1.5, blob: new Uint8Array([0, 255]) },
  ]);
});

test("execute() stores a number without a fraction as INTEGER", async (context) => {
  const database = await tempDatabase(context);
  const { rows } = await database.execute("SELECT typeof(?) AS whole, typeof(?) AS fraction", [2, 2.5]);
  assert.deepEqual(rows, [{ whole: "integer", fraction: "real" }]);
});

test("execute() takes parameters by name", async (context) => {
  const database = await tempDatabase(context);
  const { rows } = await database.execute("SELECT :a AS a, :b AS b", { a: "x", b: true });
  assert.deepEqual(rows, [{ a: "x", b: 1 }]);
});

test("execute() replaces lone surrogates", async (context) => {
  const database = await tempDatabase(context);
  assert.deepEqual((await database.execute("SELECT ? AS text", ["a\ud800b"])).rows, [{ text: "a\ufffdb" }]);
});

test("execute() refuses a bad statement and bad parameters with DATABASE_STATEMENT_FAILED", async (context) => {
  const database = await tempDatabase(context);
  const failed = { code: "DATABASE_STATEMENT_FAILED" };
  await assert.rejects(database.execute("SELECT nothing"), failed);
  await assert.rejects(database.execute("SELECT ?", [2n ** 70n]), failed);
  await assert.rejects(database.execute("SELECT ?", [Number.NaN]), failed);
  await assert.rejects(database.execute("SELECT ?", [undefined as never]), failed);
});

test("execute() refuses BEGIN, which the driver would undo in silence", async (context) => {
  const database = await tempDatabase(context);
  await assert.rejects(database.execute(" begin immediate"), { code: "DATABASE_STATEMENT_FAILED" });
});

test("batch() runs all statements or none", async (context) => {
  const database = await tempDatabase(context);
  await database.execute("CREATE TABLE t (a INTEGER)");
  await assert.rejects(
    database.batch([{ sql: "INSERT INTO t VALUES (?)", args: [1] }, { sql: "INSERT INTO missing VALUES (1)" }]),
    { code: "DATABASE_STATEMENT_FAILED" },
  );
  assert.deepEqual((await database.execute("SELECT count(*) AS n FROM t")).rows, [{ n: 0 }]);
});

test("transaction() commits what its work did and answers what it returned", async (context) => {
  const database = await tempDatabase(context);
  await database.execute("CREATE TABLE t (a INTEGER)");
  const answer = await database.transaction(async (transaction) => {
    await transaction.execute("INSERT INTO t VALUES (1)");
    return "done";
  });
  assert.equal(answer, "done");
  assert.deepEqual((await database.execute("SELECT a FROM t")).rows, [{ a: 1 }]);
});

test("transaction() rolls back and rejects with what its work threw", async (context) => {
  const database = await tempDatabase(context);
  await database.execute("CREATE TABLE t (a INTEGER)");
  const thrown = new Error("mine");
  const attempt = database.transaction(async (transaction) => {
    await transaction.execute("INSERT INTO t VALUES (1)");
    throw thrown;
  });
  await assert.rejects(attempt, (error) => error === thrown);
  assert.deepEqual((await database.execute("SELECT a FROM t")).rows, []);
});

test("transaction() lets statements of others wait until it has ended", async (context) => {
  const database = await tempDatabase(context);
  await database.execute("CREATE TABLE t (a INTEGER)");
  let finish = (): void => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const transaction = database.transaction(async (runner) => {
    await runner.execute("INSERT INTO t VALUES (1)");
    await gate;
    await runner.execute("INSERT INTO t VALUES (2)");
  });
  const reader = database.execute("SELECT count(*) AS n FROM t");
  finish();
  await transaction;
  assert.deepEqual((await reader).rows, [{ n: 2 }]);
});

test("transaction() that takes too long is rolled back with DATABASE_TRANSACTION_TIMEOUT", async (context) => {
  const database = await tempDatabase(context, 20);
  await database.execute("CREATE TABLE t (a INTEGER)");
  const hanging = database.transaction(async (transaction) => {
    await transaction.execute("INSERT INTO t VALUES (1)");
    await new Promise<never>(() => {});
  });
  await assert.rejects(hanging, { code: "DATABASE_TRANSACTION_TIMEOUT" });
  assert.deepEqual((await database.execute("SELECT count(*) AS n FROM t")).rows, [{ n: 0 }]);
});

test("transaction() that waits for the database it holds times out and names the call that waits", async (context) => {
  const database = await tempDatabase(context, 20);
  const nested = database.transaction(() => database.execute("SELECT 1"));
  await assert.rejects(nested, { code: "DATABASE_TRANSACTION_TIMEOUT", details: { timeout_ms: 20, waiting: 1 } });
});

test("transaction() refuses its runner after the end with DATABASE_CLOSED", async (context) => {
  const database = await tempDatabase(context);
  const kept = await database.transaction((transaction) => ({ transaction }));
  await assert.rejects(kept.transaction.execute("SELECT 1"), { code: "DATABASE_CLOSED" });
});

test("close() rolls back an open transaction, and what comes later gets DATABASE_CLOSED", async (context) => {
  const database = await tempDatabase(context);
  const hanging = database.transaction(() => new Promise<never>(() => {}));
  const waiting = database.execute("SELECT 1");
  const outcomes = Promise.allSettled([hanging, waiting]);
  await new Promise(setImmediate);
  await database.close();
  for (const outcome of await outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.equal((outcome.reason as { code: string }).code, "DATABASE_CLOSED");
  }
  await assert.rejects(database.batch([{ sql: "SELECT 1" }]), { code: "DATABASE_CLOSED" });
});

test("shrink() gives free pages back to the file system", async (context) => {
  const database = await tempDatabase(context);
  const pages = async () => Number((await database.execute("PRAGMA page_count")).rows[0]?.["page_count"]);
  await database.batch([
    { sql: "CREATE TABLE t (a BLOB)" },
    { sql: "INSERT INTO t VALUES (zeroblob(1000000))" },
    { sql: "DELETE FROM t" },
  ]);
  const before = await pages();
  await database.shrink(100);
  assert.equal(await pages(), before - 100);
  await database.batch([{ sql: "INSERT INTO t VALUES (1)" }]);
});
