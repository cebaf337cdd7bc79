import { writeSync } from "node:fs";
import { LogStore } from "../../plugins/log_consumer/store.ts";
import { databaseFiles } from "../../plugins/database/database_files.ts";
import { LocalDatabase } from "../../plugins/database/local_database.ts";
import { openDatabase } from "../../plugins/database/open_database.ts";
import { systemClock } from "../../runtime/clock.ts";
import { numbered } from "../plugins/log_consumer/entries.ts";

/**
 * Ingests entries into the database in the folder it is given until it is killed or has written so many. Each line on
 * stdout is the last id that is committed; the first comes before the database is opened.
 */
const [folder = "", count = "0"] = process.argv.slice(2);
writeSync(1, "0\n");
const client = await openDatabase(databaseFiles(folder, "backplane.db"), 1_000);
const database = new LocalDatabase({ client, clock: systemClock, transactionTimeoutMs: 5_000 });
const store = await LogStore.open(database);
for (let written = 0; written < Number(count);) {
  const rows = 1 + Math.floor(Math.random() * 200);
  const { last } = await store.append(numbered(store.lastId + 1, rows));
  writeSync(1, `${String(last)}\n`);
  written += rows;
  if (Math.random() < 0.02) await store.deleteOldest(100, Number.MAX_SAFE_INTEGER);
}
await database.close();
