import type { LogEntry } from "../../plugins/message_bus/contract.ts";
import { BackplaneError } from "../errors.ts";
import type { LogLevel } from "../logger.ts";
import { isObject, logFields, textOf } from "./log_fields.ts";

/** How lines of input become entries: see `parseLogLine`. */
export const LINE_FORMATS = ["auto", "lines", "ndjson"] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];

/** What an entry gets that its line does not say. */
export interface EntryDefaults {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly level: LogLevel;
  readonly subsystem: string;
  readonly module: string;
}

/**
 * One line as a log entry. `lines`: the line is the message. `ndjson`: a JSON object with the fields of LogEntry in
 * snake_case, `message` at least; `time` is RFC 3339 or milliseconds; what else it has goes to `extra`. `auto`: that
 * if the line is such an object, else the line is the message.
 * @param number of the line, from 1
 * @throws CLI_INPUT_INVALID for `ndjson` when the line is no such object
 */
export function parseLogLine(line: string, number: number, format: LineFormat, defaults: EntryDefaults): LogEntry {
  if (format === "lines" || (format === "auto" && !line.startsWith("{"))) return { ...defaults, message: line };
  const parsed = parseObject(line, defaults);
  if (typeof parsed !== "string") return parsed;
  if (format === "auto") return { ...defaults, message: line };
  throw new BackplaneError("CLI_INPUT_INVALID", `Cannot read line ${number}: ${parsed}.`, {
    remedy: 'Write one object a line, such as {"level":"info","message":"hello"}, or use --format lines.',
    details: { line: number },
  });
}

/** `subsystem` and `module` as a topic names them: `logs.<subsystem>.<module>`, or without `logs` likewise. */
export function originOf(topic: string): { readonly subsystem: string; readonly module: string } {
  const words = topic.split(/[./]/);
  const [subsystem = "", ...module] = words[0] === "logs" && words.length > 1 ? words.slice(1) : words;
  return { subsystem, module: module.length === 0 ? subsystem : module.join(".") };
}

/** @returns the entry, or what is wrong with the line */
function parseObject(line: string, defaults: EntryDefaults): LogEntry | string {
  const value = parseJson(line);
  if (value === undefined) return "it is not JSON";
  if (!isObject(value)) return "it is not a JSON object";
  if (!Object.hasOwn(value, "message")) return 'it has no "message"';
  let entry: LogEntry = { ...defaults, message: "" };
  const unknown: Record<string, string> = {};
  for (const [key, field] of Object.entries(value)) {
    const reader = logFields.get(key);
    const read = reader?.read(field);
    if (reader === undefined) unknown[key] = textOf(field);
    else if (read === undefined) return `"${key}" is not ${reader.expected}`;
    else entry = { ...entry, ...read };
  }
  return Object.keys(unknown).length === 0 ? entry : { ...entry, extra: { ...unknown, ...entry.extra } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
