import type { LogLevel, LogRecord } from "../logger.ts";

export interface PrettyOptions {
  /** With ANSI colours. Default: without. */
  readonly colour?: boolean;
}

/**
 * What a terminal or a reader of lines could take for something else: C0, DEL and C1 controls, the Unicode line and
 * paragraph separators, marks that turn the direction of text (Unicode UAX #9), and lone surrogates.
 */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const PLAIN_VALUE = /^[\w@%+:,./-]+$/;
const COLOURS: Readonly<Record<LogLevel, string>> = {
  debug: "\u001b[2m",
  info: "\u001b[32m",
  warning: "\u001b[33m",
  error: "\u001b[31m",
  critical: "\u001b[1;31m",
};
const COLOUR_END = "\u001b[0m";

/**
 * For people: `2025-01-31T12:00:00.000Z info     plugin/greeter: message key=value`, no final newline. A stack trace
 * follows on lines of its own that begin with a space, which no other line does; everything else is escaped onto one.
 */
export function formatPretty(record: LogRecord, options: PrettyOptions = {}): string {
  const level = record.level.padEnd(8);
  const coloured = options.colour === true ? `${COLOURS[record.level]}${level}${COLOUR_END}` : level;
  const origin = escapeControls(`${record.subsystem}/${record.module}`);
  const head = `${formatTime(record.time)} ${coloured} ${origin}: ${escapeControls(record.message)}`;
  const fields = Object.entries(record.fields).map(([key, value]) => ` ${formatKey(key)}=${formatValue(value)}`);
  const stacks = Object.values(record.fields).flatMap(stackLines);
  return [head + fields.join(""), ...stacks].join("\n");
}

/** For machines: one JSON object, keys in snake_case, time after RFC 3339 in UTC, no final newline. */
export function formatJson(record: LogRecord): string {
  const { level, subsystem, module, message, fields } = record;
  const line = { time: formatTime(record.time), level, subsystem, module, message, fields };
  return printableJson(line);
}

/** JSON that does a terminal no harm: JSON itself leaves C1 controls and direction marks alone. */
export function printableJson(value: unknown, indent?: number): string {
  // They can only stand inside a string; a newline only outside.
  return JSON.stringify(value, undefined, indent).replace(UNPRINTABLE, (character) =>
    character === "\n" ? character : unicodeEscape(character),
  );
}

function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (character) => SHORT_ESCAPES[character] ?? unicodeEscape(character));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function formatKey(key: string): string {
  return PLAIN_VALUE.test(key) ? key : formatValue(key);
}

function formatValue(value: unknown): string {
  if (typeof value === "string" && PLAIN_VALUE.test(value)) return value;
  const shown = hasStack(value) ? value.message : value;
  return (JSON.stringify(shown) ?? "undefined").replace(UNPRINTABLE, unicodeEscape);
}

function stackLines(value: unknown): string[] {
  if (!hasStack(value)) return [];
  const lines = value.stack.split("\n").map((line) => `    ${escapeControls(line.trim())}`);
  return [...lines, ...stackLines(value.cause)];
}

interface ErrorData {
  readonly message?: unknown;
  readonly stack: string;
  readonly cause?: unknown;
}

function hasStack(value: unknown): value is ErrorData {
  return typeof value === "object" && value !== null && "stack" in value && typeof value.stack === "string";
}

function formatTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "0000-01-01T00:00:00.000Z" : date.toISOString();
}
