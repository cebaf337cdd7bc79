import type { SqlRunner, SqlStatement } from "../database/contract.ts";

/**
 * The search index is cut into tables of so many ids each. Retention drops a whole one when its last entry has gone:
 * deleting row by row makes FTS5 merge its segments now and then, which stands still for seconds in a large index.
 * Until then an index answers ids that are no longer there; a query joins them with the entries there are.
 */
export const PART_IDS = 100_000;

export function partOf(id: number): number {
  return Math.floor(id / PART_IDS);
}

export function partTable(part: number): string {
  return `log_search_${String(part)}`;
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

/** The parts that hold ids of this range, ascending. */
export async function findParts(database: SqlRunner, low: number, high: number): Promise<readonly number[]> {
  const { rows } = await database.execute(
    "SELECT part FROM log_search_parts WHERE part BETWEEN ? AND ? ORDER BY part",
    [partOf(low), partOf(high)],
  );
  return rows.map((row) => Number(row["part"]));
}
