import type { SqlParameter } from "../database/contract.ts";
import { searchCondition, type Condition, type PartRange } from "./search_parts.ts";
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

/** Begins with AND or is empty. The gravest levels have an index of their own, which SQLite takes only when it sees the number in the text. */
export function levelCondition({ level }: LogFilter): Condition {
  if (level === undefined) return { sql: "", args: [] };
  return { sql: ` AND level >= ${logEntryLevels[level]}`, args: [] };
}

/**
 * All of a filter but the times; begins with AND or is empty.
 * @param parts where a search has to look: see findParts
 */
export function rowCondition(filter: LogFilter, parts: readonly PartRange[]): Condition {
  const conditions = [levelCondition(filter).sql];
  const args: SqlParameter[] = [];
  for (const name of ["subsystem", "module"] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    conditions.push(` AND ${name} = ?`);
    args.push(value);
  }
  if (filter.search !== undefined) {
    const search = searchCondition(filter.search, parts);
    conditions.push(` AND ${search.sql}`);
    args.push(...search.args);
  }
  return { sql: conditions.join(""), args };
}
