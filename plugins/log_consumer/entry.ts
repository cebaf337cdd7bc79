import type { SqlRow, SqlValue } from "../database/contract.ts";
import { levelOf, logEntryLevels, type LogEntry, type LogEntryLevel } from "../../schemas/log_entry.ts";

/** A log entry as it arrived. */
export interface ReceivedEntry {
  readonly entry: LogEntry;
  /** Milliseconds since the Unix epoch by our clock. */
  readonly received: number;
  /** Who sent it, by the bus's account. */
  readonly source: string;
  /** The bus's topic; the entry may name its own. */
  readonly topic: string;
}

/** A log entry as the API answers it; what the sender left out is missing. */
export interface LogRow {
  /** Ascending in order of commit; never used twice. */
  readonly id: number;
  /** RFC 3339. */
  readonly time: string;
  readonly received: string;
  readonly level: LogEntryLevel;
  readonly subsystem: string;
  readonly module: string;
  readonly message: string;
  readonly topic: string;
  readonly source: string;
  readonly function?: string;
  readonly file_path?: string;
  readonly line_number?: number;
  readonly user_uuid?: string;
  readonly session_id?: string;
  readonly trace_id?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, string>>;
}

/** The columns in the order of `toColumns`, after the id. */
export const columns = [
  "time",
  "received",
  "level",
  "subsystem",
  "module",
  "topic",
  "source",
  "message",
  "details",
] as const;

/**
 * Reads every text as a blob: the driver aborts the process on text that is not UTF-8, and a page may be damaged.
 * The numbers go through CAST, so that a damaged type does not matter either.
 */
export const selectedColumns = [
  "id",
  ...columns.map((name) => {
    const type = name === "time" || name === "received" || name === "level" ? "INTEGER" : "BLOB";
    return `CAST(${name} AS ${type}) AS ${name}`;
  }),
].join(", ");

export type ColumnValue = string | number | null;

/** A row for the table. Lone surrogates become U+FFFD: as JSON escapes SQLite would turn them into invalid UTF-8. */
export function toColumns({ entry, received, source, topic }: ReceivedEntry): readonly ColumnValue[] {
  return [
    entry.time === 0 ? received : entry.time,
    received,
    logEntryLevels[entry.level],
    entry.subsystem.toWellFormed(),
    entry.module.toWellFormed(),
    (entry.topic === undefined || entry.topic === "" ? topic : entry.topic).toWellFormed(),
    source.toWellFormed(),
    entry.message.toWellFormed(),
    detailsOf(entry),
  ];
}

/** A row of the table for the API. Never throws: what is damaged shows as U+FFFD, or is left out. */
export function fromRow(row: SqlRow): LogRow {
  return {
    id: Number(row["id"]),
    time: timeOf(row["time"]),
    received: timeOf(row["received"]),
    level: levelOf(Number(row["level"])),
    subsystem: textOf(row["subsystem"]),
    module: textOf(row["module"]),
    message: textOf(row["message"]),
    topic: textOf(row["topic"]),
    source: textOf(row["source"]),
    ...parseDetails(textOf(row["details"])),
  };
}

/** The fields most entries leave out, as one JSON text, or null when it leaves out all. */
function detailsOf(entry: LogEntry): string | null {
  const details: Record<string, unknown> = {};
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== "" && value !== 0) details[name] = value;
  };
  add("function", entry.function?.toWellFormed());
  add("file_path", entry.filePath?.toWellFormed());
  add("line_number", entry.lineNumber);
  add("user_uuid", entry.userUuid?.toWellFormed());
  add("session_id", entry.sessionId?.toWellFormed());
  add("trace_id", entry.traceId?.toWellFormed());
  addMap(details, "metadata", entry.metadata);
  addMap(details, "extra", entry.extra);
  return Object.keys(details).length === 0 ? null : JSON.stringify(details);
}

function addMap(details: Record<string, unknown>, name: string, map: LogEntry["extra"]): void {
  if (map === undefined) return;
  const pairs = Object.entries(map);
  if (pairs.length === 0) return;
  details[name] = Object.fromEntries(pairs.map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]));
}

function parseDetails(text: string): Partial<LogRow> {
  if (text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function textOf(value: SqlValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString("utf8") : "";
}

function timeOf(value: SqlValue | undefined): string {
  const date = new Date(Number(value ?? 0));
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
