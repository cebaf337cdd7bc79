import type { Database } from "../database/contract.ts";
import { columns, toColumns, type ReceivedEntry } from "./entry.ts";
import { migrations, NAMESPACE } from "./schema.ts";
import { createPart, dropPart, indexEntries, partOf, partsBefore } from "./search_parts.ts";

/** One statement for any number of rows: a JSON array of arrays goes in as one parameter. */
const INSERT_ENTRIES = `INSERT INTO log_entries (id, ${columns.join(", ")})
  SELECT ${["id", ...columns].map((_, index) => `value ->> ${index}`).join(", ")} FROM json_each(?)`;

/** More than a step of retention frees. */
const SHRINK_PAGES = 500;

/** The ids that a batch got, ascending without a hole. */
export interface CommittedRange {
  readonly first: number;
  readonly last: number;
}

/** The table of log entries: writing and its limits. One store writes to a database. */
export class LogStore {
  readonly #database: Database;
  #lastId: number;
  /** The greatest part of the search index that is known to be there. */
  #lastPart: number | undefined;

  private constructor(database: Database, lastId: number) {
    this.#database = database;
    this.#lastId = lastId;
  }

  /** Brings the tables up to date. Errors as Database.migrate. */
  static async open(database: Database): Promise<LogStore> {
    await database.migrate(NAMESPACE, migrations);
    return new LogStore(database, await readLastId(database));
  }

  /** The greatest id given so far; 0 before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  /**
   * Writes all entries in one transaction; they are on the disk when this resolves, and none is when it rejects.
   * Calls do not overlap. Errors as Database.batch.
   */
  async append(entries: readonly ReceivedEntry[]): Promise<CommittedRange> {
    const first = this.#lastId + 1;
    const last = this.#lastId + entries.length;
    const rows = entries.map((entry, index) => [first + index, ...toColumns(entry)]);
    try {
      await this.#database.batch([
        { sql: INSERT_ENTRIES, args: [JSON.stringify(rows)] },
        ...this.#missingParts(last).flatMap(createPart),
        ...indexEntries(first, last),
      ]);
    } catch (error) {
      // Should another have written to the table, the next attempt begins behind it.
      this.#lastId = await readLastId(this.#database).catch(() => this.#lastId);
      this.#lastPart = undefined;
      throw error;
    }
    this.#lastId = last;
    this.#lastPart = partOf(last);
    return { first, last };
  }

  /** Parts of the search index that the entries up to `last` may be the first in. */
  #missingParts(last: number): readonly number[] {
    const begin = this.#lastPart === undefined ? partOf(this.#lastId + 1) : this.#lastPart + 1;
    return Array.from({ length: Math.max(0, partOf(last) - begin + 1) }, (_, index) => begin + index);
  }

  /** Bytes in use by the whole database; what is free inside the file is not counted. */
  async usedBytes(): Promise<number> {
    const { rows } = await this.#database.execute(
      `SELECT (page_count - freelist_count) * page_size AS used
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
    return Number(rows[0]?.["used"] ?? 0);
  }

  /** The least id there is; undefined while the table is empty. */
  async oldestId(): Promise<number | undefined> {
    const { rows } = await this.#database.execute("SELECT min(id) AS id FROM log_entries");
    const id = rows[0]?.["id"];
    return typeof id === "number" ? id : undefined;
  }

  /**
   * Deletes, of the oldest `rows` entries, those up to the last that came before `received` (milliseconds since the
   * Unix epoch), drops the parts of the search index that are empty then, and gives free pages back to the file system.
   * @returns how many were deleted
   */
  async deleteOldest(rows: number, received: number): Promise<number> {
    const { rows: found } = await this.#database.execute(
      `SELECT max(id) AS id FROM (SELECT id, received FROM log_entries ORDER BY id LIMIT ?) WHERE received < ?`,
      [rows, received],
    );
    const id = found[0]?.["id"];
    if (typeof id !== "number") return 0;
    const parts = await partsBefore(this.#database, partOf(id + 1));
    const [deleted] = await this.#database.batch([
      { sql: "DELETE FROM log_entries WHERE id <= ?", args: [id] },
      ...parts.flatMap(dropPart),
    ]);
    if (parts.includes(this.#lastPart ?? -1)) this.#lastPart = undefined;
    await this.#database.shrink(SHRINK_PAGES);
    return deleted?.rowsAffected ?? 0;
  }
}

async function readLastId(database: Database): Promise<number> {
  const { rows } = await database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log_entries'");
  return Number(rows[0]?.["seq"] ?? 0);
}
