import type { SqlParameter, SqlRunner, SqlStatement } from "../database/contract.ts";

/**
 * The search index is cut into tables of so many ids each. Retention drops a whole one when its last entry has gone:
 * deleting row by row makes FTS5 merge its segments now and then, which stands still for seconds in a large index.
 * Until then an index answers ids that are no longer there; a query joins them with the entries there are.
 */
export const PART_IDS = 50_000;

/** SQLite takes up to 500 SELECTs in one compound. */
const COMPOUND_LIMIT = 400;

export function partOf(id: number): number {
  return Math.floor(id / PART_IDS);
}

export function partTable(part: number): string {
  return `log_search_${part}`;
}

/** Makes a part; harmless when it is there. The index holds no text of its own. */
export function createPart(part: number): readonly SqlStatement[] {
  return [
    { sql: `CREATE VIRTUAL TABLE IF NOT EXISTS ${partTable(part)} USING fts5(message, details, content='')` },
    { sql: "INSERT OR IGNORE INTO log_search_parts (part) VALUES (?)", args: [part] },
  ];
}

/** Adds entries that are in the table already. */
export function indexEntries(first: number, last: number): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  for (let part = partOf(first); part <= partOf(last); part += 1) {
    const range = [Math.max(first, part * PART_IDS), Math.min(last, (part + 1) * PART_IDS - 1)];
    statements.push({
      sql: `INSERT INTO ${partTable(part)} (rowid, message, details)
        SELECT id, message, details FROM log_entries WHERE id BETWEEN ? AND ?`,
      args: range,
    });
  }
  return statements;
}

export function dropPart(part: number): readonly SqlStatement[] {
  return [
    { sql: `DROP TABLE IF EXISTS ${partTable(part)}` },
    { sql: "DELETE FROM log_search_parts WHERE part = ?", args: [part] },
  ];
}

/** The parts before this one. */
export async function partsBefore(database: SqlRunner, part: number): Promise<readonly number[]> {
  const { rows } = await database.execute("SELECT part FROM log_search_parts WHERE part < ? ORDER BY part", [part]);
  return rows.map((row) => Number(row["part"]));
}

/** A part, and the ids in it that can be meant, both inclusive. */
export interface PartRange {
  readonly part: number;
  readonly low: number;
  readonly high: number;
}

/** Where in the index the entries are that a condition on log_entries picks. */
export async function findParts(
  database: SqlRunner,
  where: string,
  args: readonly SqlParameter[],
): Promise<readonly PartRange[]> {
  const { rows } = await database.execute(
    `SELECT part, min(id) AS low, max(id) AS high
     FROM log_entries JOIN log_search_parts ON part = id / ${PART_IDS} WHERE ${where} GROUP BY part`,
    args,
  );
  return rows.map((row) => ({ part: Number(row["part"]), low: Number(row["low"]), high: Number(row["high"]) }));
}

/** A piece of a WHERE clause. */
export interface Condition {
  readonly sql: string;
  readonly args: readonly SqlParameter[];
}

/** Which of the entries in these parts an FTS5 expression finds, as a condition on their id. */
export function searchCondition(expression: string, parts: readonly PartRange[]): Condition {
  const finds = parts.map(({ part }) => {
    const table = partTable(part);
    return `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ?`;
  });
  const groups: string[] = [];
  for (let first = 0; first < finds.length; first += COMPOUND_LIMIT) {
    groups.push(`id IN (${finds.slice(first, first + COMPOUND_LIMIT).join(" UNION ALL ")})`);
  }
  return {
    sql: groups.length === 0 ? "0" : `(${groups.join(" OR ")})`,
    args: parts.flatMap(({ low, high }) => [expression, low, high]),
  };
}
