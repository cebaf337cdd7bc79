import { formatPretty } from "../log/format.ts";
import { logLevels, type LogLevel } from "../logger.ts";

/** A row as `GET .../log_consumer/logs` answers it. */
export interface LogRow {
  /** RFC 3339. */
  readonly time: string;
  readonly level: string;
  readonly subsystem: string;
  readonly module: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** Where it came from and went through: of no interest on a line for people. */
const UNSHOWN = new Set(["id", "received", "topic", "source", "metadata", "extra"]);

/** A row as one line for people, safe for a terminal. */
export function formatLogRow({ time, level, subsystem, module, message, ...details }: LogRow, colour: boolean): string {
  const known = isLevel(level);
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(details)) if (!UNSHOWN.has(key)) fields[key] = value;
  Object.assign(fields, mapOf(details["metadata"]), mapOf(details["extra"]));
  const record = { time: Date.parse(time), subsystem, module, message, fields, local: false };
  // A level that the sender did not say is shown as such, without a colour.
  return formatPretty({ ...record, level: level as LogLevel }, { colour: colour && known });
}

function isLevel(level: string): level is LogLevel {
  return Object.hasOwn(logLevels, level);
}

function mapOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
