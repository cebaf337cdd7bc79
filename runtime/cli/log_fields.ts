import type { LogEntry } from "../../plugins/message_bus/contract.ts";
import { logLevels, type LogLevel } from "../logger.ts";

/** How one field of a JSON line becomes one of LogEntry. */
export interface LogField {
  /** What it must be, for a message. */
  readonly expected: string;
  /** Undefined when the value is not that. */
  readonly read: (value: unknown) => Partial<LogEntry> | undefined;
}

type TextName = "subsystem" | "module" | "message" | "function" | "topic" | OptionalTextName;
type OptionalTextName = "filePath" | "userUuid" | "sessionId" | "traceId";

const INT32_MAX = 2_147_483_647;

/** The fields of LogEntry as JSON spells them. */
export const logFields: ReadonlyMap<string, LogField> = new Map([
  ["time", { expected: "a time (RFC 3339, or milliseconds)", read: readTime }],
  ["level", { expected: `one of ${Object.keys(logLevels).join(", ")}`, read: readLevel }],
  ["line_number", { expected: "a whole number", read: readLineNumber }],
  ["subsystem", text("subsystem")],
  ["module", text("module")],
  ["message", text("message")],
  ["function", text("function")],
  ["topic", text("topic")],
  ["file_path", text("filePath")],
  ["user_uuid", text("userUuid")],
  ["session_id", text("sessionId")],
  ["trace_id", text("traceId")],
  ["metadata", map("metadata")],
  ["extra", map("extra")],
]);

/** Any value as the text of a map: texts as they are, all else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(name: TextName): LogField {
  return { expected: "a text", read: (value) => (typeof value === "string" ? { [name]: value } : undefined) };
}

function map(name: "metadata" | "extra"): LogField {
  const read = (value: object): Partial<LogEntry> => {
    const parts = Object.entries(value).map(([key, part]) => [key, textOf(part)]);
    return { [name]: Object.fromEntries(parts) };
  };
  return { expected: "an object", read: (value) => (isObject(value) ? read(value) : undefined) };
}

function readTime(value: unknown): Partial<LogEntry> | undefined {
  const time = typeof value === "string" ? Date.parse(value) : value;
  if (typeof time !== "number" || Number.isNaN(new Date(time).getTime())) return undefined;
  return { time: Math.floor(time) };
}

function readLevel(value: unknown): Partial<LogEntry> | undefined {
  const level = typeof value === "string" ? value.toLowerCase() : "";
  return Object.hasOwn(logLevels, level) ? { level: level as LogLevel } : undefined;
}

function readLineNumber(value: unknown): Partial<LogEntry> | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) > INT32_MAX) return undefined;
  return { lineNumber: value };
}
