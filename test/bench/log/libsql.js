/**
 * The same rows straight into the same tables: prepared multi-row inserts of the `libsql` package in one thread, with
 * the same settings and batches: `node libsql.js <rows>`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columns, toColumns } from "../../../dist/plugins/log_consumer/entry.js";
import { migrations } from "../../../dist/plugins/log_consumer/schema.js";
import { createPart } from "../../../dist/plugins/log_consumer/search_parts.js";
import { finish } from "../harness/measure.js";
import { logEntryOf, TOPIC } from "./entry.js";

const BATCH = 500;

const rows = Number(process.argv[2]);
const Database = createRequire(createRequire(import.meta.url).resolve("@libsql/client"))("libsql");
const folder = mkdtempSync(join(tmpdir(), "backplane-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const database = new Database(join(folder, "libsql.db"), { encryptionKey: "ab".repeat(32) });
for (const setting of ["locking_mode = EXCLUSIVE", "auto_vacuum = INCREMENTAL", "journal_mode = WAL"]) {
  database.exec(`PRAGMA ${setting}`);
}
database.exec("PRAGMA synchronous = FULL");
for (const sql of migrations.flatMap((step) => step.statements)) database.exec(sql);
database.exec(createPart(0)[0].sql);
const places = `(${["id", ...columns].map(() => "?").join(", ")})`;
const values = Array.from({ length: BATCH }, () => places).join(", ");
const insert = database.prepare(`INSERT INTO log_entries (id, ${columns.join(", ")}) VALUES ${values}`);
const index = database.prepare(
  "INSERT INTO log_search_0 (rowid, message, details) SELECT id, message, details FROM log_entries WHERE id BETWEEN ? AND ?",
);
const began = performance.now();
for (let first = 0; first < rows; first += BATCH) {
  const received = { received: Date.now(), source: "bench", topic: TOPIC };
  const batch = Array.from({ length: BATCH }, (_, place) => ({ ...received, entry: logEntryOf(first + place) }));
  database.exec("BEGIN IMMEDIATE");
  insert.run(batch.flatMap((entry, place) => [first + place + 1, ...toColumns(entry)]));
  index.run([first + 1, first + BATCH]);
  database.exec("COMMIT");
}
const ms = performance.now() - began;
const rssMb = process.memoryUsage.rss() / 2 ** 20;
database.close();
finish({ rate: (rows * 1_000) / ms, rssMb });
