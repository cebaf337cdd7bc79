import { setImmediate as nextTurn } from "node:timers/promises";
import type { SqlRow, SqlRunner } from "../database/contract.ts";
import { fromRow, selectedColumns, type LogRow } from "./entry.ts";
import { findParts } from "./search_parts.ts";
import { levelCondition, rowCondition, type LogFilter } from "./filter.ts";

/** Rows looked at in one go: the event loop stands still for some milliseconds. */
const SLICE_ROWS = 4_000;
const LATEST = Number.MAX_SAFE_INTEGER;

/** A place in the order newest first: by time, then by id. */
export interface LogPosition {
  readonly time: number;
  readonly id: number;
}

export interface LogPage {
  readonly entries: readonly LogRow[];
  /** Where the next page begins: behind this one; undefined at the end. */
  readonly next: LogPosition | undefined;
}

export interface PageRequest {
  readonly filter: LogFilter;
  readonly limit: number;
  readonly after?: LogPosition | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The newest entries that pass the filter and come after a position. Pages stay put while entries arrive. Looks at the
 * table slice by slice, so that a search over millions of rows does not hold the event loop.
 */
export async function readPage(database: SqlRunner, request: PageRequest): Promise<LogPage> {
  const { filter, limit, signal } = request;
  const rows: SqlRow[] = [];
  let upper: LogPosition | undefined = request.after ?? { time: filter.until ?? LATEST, id: -1 };
  while (upper !== undefined && rows.length <= limit) {
    signal?.throwIfAborted();
    const slice: Slice = await nextSlice(database, filter, upper);
    rows.push(...(await readSlice(database, filter, { ...slice, limit: limit + 1 - rows.length })));
    upper = slice.end;
    if (upper !== undefined) await nextTurn();
  }
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? positionOf(last) : undefined;
  return { entries: shown.map(fromRow), next };
}

/** A part of the table that is looked at in one go, in the order of the page. */
interface Slice {
  readonly upper: LogPosition;
  /** Inclusive. */
  readonly lower: LogPosition;
  /** Where the next slice begins; undefined when this is the last. */
  readonly end: LogPosition | undefined;
}

async function nextSlice(database: SqlRunner, filter: LogFilter, upper: LogPosition): Promise<Slice> {
  const since = filter.since ?? -LATEST;
  const { rows } = await database.execute(
    `SELECT time, id FROM log_entries WHERE (time, id) < (?, ?) AND time >= ?${levelCondition(filter).sql}
     ORDER BY time DESC, id DESC LIMIT 1 OFFSET ?`,
    [upper.time, upper.id, since, SLICE_ROWS - 1],
  );
  const edge = rows[0];
  if (edge === undefined) return { upper, lower: { time: since, id: 0 }, end: undefined };
  const lower = positionOf(edge);
  return { upper, lower, end: lower };
}

async function readSlice(
  database: SqlRunner,
  filter: LogFilter,
  { upper, lower, limit }: Slice & { readonly limit: number },
): Promise<readonly SqlRow[]> {
  const range = "(time, id) < (?, ?) AND (time, id) >= (?, ?)";
  const rangeArgs = [upper.time, upper.id, lower.time, lower.id];
  const parts = filter.search === undefined ? [] : await findParts(database, range, rangeArgs);
  const condition = rowCondition(filter, parts);
  const { rows } = await database.execute(
    `SELECT ${selectedColumns} FROM log_entries WHERE ${range}${condition.sql} ORDER BY log_entries.time DESC, id DESC LIMIT ?`,
    [...rangeArgs, ...condition.args, limit],
  );
  return rows;
}

function positionOf(row: SqlRow): LogPosition {
  return { time: Number(row["time"]), id: Number(row["id"]) };
}

/** Entries committed after an id, in the order of their commit, and how far the table was looked at. */
export interface LogTail {
  readonly entries: readonly LogRow[];
  readonly reached: number;
}

/**
 * The next entries behind an id that pass the filter, from one slice of the table.
 * @param until the greatest id to look at
 */
export async function readTail(
  database: SqlRunner,
  filter: LogFilter,
  { after, until, limit }: { readonly after: number; readonly until: number; readonly limit: number },
): Promise<LogTail> {
  const high = Math.min(until, after + SLICE_ROWS);
  const range = "id > ? AND id <= ?";
  const parts = filter.search === undefined ? [] : await findParts(database, range, [after, high]);
  const condition = rowCondition(filter, parts);
  const { rows } = await database.execute(
    `SELECT ${selectedColumns} FROM log_entries
     WHERE ${range} AND log_entries.time >= ? AND log_entries.time < ?${condition.sql} ORDER BY id LIMIT ?`,
    [after, high, filter.since ?? -LATEST, filter.until ?? LATEST, ...condition.args, limit],
  );
  const last = rows.at(-1);
  return {
    entries: rows.map(fromRow),
    reached: rows.length === limit && last !== undefined ? Number(last["id"]) : high,
  };
}
