import type { SqlParameter } from "../database/contract.ts";
import { partTable } from "./search_parts.ts";
import { logEntryLevels, type LogEntryLevel } from "../../schemas/log_entry.ts";

/** Which entries to show; what is undefined does not matter. */
export interface LogFilter {
  /** This one and graver. */
  readonly level?: LogEntryLevel | undefined;
  readonly subsystem?: string | undefined;
  readonly module?: string | undefined;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly since?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
  /** An FTS5 expression: see searchExpression. */
  readonly search?: string | undefined;
}

/** A piece of a WHERE clause, beginning with AND or empty. */
export interface Condition {
  readonly sql: string;
  readonly args: readonly SqlParameter[];
}

/** The gravest levels have an index of their own, which SQLite takes only when it sees the number in the text. */
export function levelCondition({ level }: LogFilter): Condition {
  if (level === undefined) return { sql: "", args: [] };
  return { sql: ` AND level >= ${String(logEntryLevels[level])}`, args: [] };
}

/** Ids that can be meant, both inclusive, and the parts of the search index that hold them. */
export interface IdRange {
  readonly low: number;
  readonly high: number;
  readonly parts: readonly number[];
}

/** All of a filter but the times. The range keeps SQLite from reading the search index any further. */
export function rowCondition(filter: LogFilter, range: IdRange): Condition {
  const parts = [levelCondition(filter).sql];
  const args: SqlParameter[] = [];
  for (const name of ["subsystem", "module"] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(` AND ${name} = ?`);
    args.push(value);
  }
  if (filter.search !== undefined) {
    const search = searchCondition(filter.search, range);
    parts.push(search.sql);
    args.push(...search.args);
  }
  return { sql: parts.join(""), args };
}

function searchCondition(expression: string, { low, high, parts }: IdRange): Condition {
  if (parts.length === 0) return { sql: " AND 0", args: [] };
  const selects = parts.map((part) => {
    const table = partTable(part);
    return `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ?`;
  });
  return {
    sql: ` AND id IN (${selects.join(" UNION ALL ")})`,
    args: parts.flatMap(() => [expression, low, high]),
  };
}
