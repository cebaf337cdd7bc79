import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { systemClock } from "../../../runtime/clock.ts";
import { databaseFiles, type DatabaseFiles } from "../../../plugins/database/database_files.ts";
import { LocalDatabase } from "../../../plugins/database/local_database.ts";
import { openDatabase } from "../../../plugins/database/open_database.ts";

/** A folder that is removed after the test, and the paths of a database in it. */
export async function tempFiles(context: Pick<TestContext, "after">): Promise<DatabaseFiles> {
  const folder = await mkdtemp(join(tmpdir(), "backplane-database-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return databaseFiles(folder, "backplane.db");
}

/** The real database on these files, an encrypted one. The caller closes it. */
export async function openAt(files: DatabaseFiles, transactionTimeoutMs = 5_000): Promise<LocalDatabase> {
  const client = await openDatabase(files, 100);
  return new LocalDatabase({ client, clock: systemClock, transactionTimeoutMs });
}

/** A new real database that is closed and removed after the test. */
export async function tempDatabase(
  context: Pick<TestContext, "after">,
  transactionTimeoutMs?: number,
): Promise<LocalDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "backplane-database-"));
  const database = await openAt(databaseFiles(folder, "backplane.db"), transactionTimeoutMs);
  context.after(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  return database;
}
