import type { SqlParameter } from "../database/contract.ts";
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

/**
 * All of a filter but the times, as far as one range of ids can tell.
 * @param low the least id that can be meant, so that the search index is read no further
 */
export function rowCondition(filter: LogFilter, low: number, high: number): Condition {
  const parts = [levelCondition(filter).sql];
  const args: SqlParameter[] = [];
  for (const name of ["subsystem", "module"] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(` AND ${name} = ?`);
    args.push(value);
  }
  if (filter.search !== undefined) {
    parts.push(" AND id IN (SELECT rowid FROM log_search WHERE log_search MATCH ? AND rowid BETWEEN ? AND ?)");
    args.push(filter.search, low, high);
  }
  return { sql: parts.join(""), args };
}
