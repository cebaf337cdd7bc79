import { aico } from "./generated/aico_core.js";
import { type LogLevel, logLevels } from "./log_level.ts";
import { fromMillis, toMillis } from "./timestamp.ts";

/** `unknown` is a level the sender did not say or this version does not know. */
export type LogEntryLevel = "unknown" | LogLevel;

/** One line of a log (`aico.core.LogEntry`). What the sender left out is undefined, an empty string or an empty map. */
export interface LogEntry {
  /** Milliseconds since the Unix epoch, whole; 0 when the sender did not say. */
  readonly time: number;
  readonly level: LogEntryLevel;
  readonly subsystem: string;
  readonly module: string;
  readonly message: string;
  readonly function?: string | undefined;
  readonly topic?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly filePath?: string | undefined;
  readonly lineNumber?: number | undefined;
  readonly userUuid?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/** The numbers of the wire; greater is graver. In the order of gravity. */
export const logEntryLevels: Readonly<Record<LogEntryLevel, number>> = { unknown: 0, ...logLevels };

export const logEntryLevelNames: readonly LogEntryLevel[] = Object.keys(logEntryLevels) as LogEntryLevel[];

const namesByNumber = new Map(logEntryLevelNames.map((name) => [logEntryLevels[name], name]));

/** The name of a level on the wire. */
export function levelOf(number: number): LogEntryLevel {
  return namesByNumber.get(number) ?? "unknown";
}

/** How log entries become bytes and back. */
interface LogEntryCodec {
  readonly name: "aico.core.LogEntry";
  readonly detached: true;
  encode(value: LogEntry): Uint8Array;
  decode(bytes: Uint8Array): LogEntry;
}

/** The codec of `aico.core.LogEntry`; `decode` throws on bytes that are not one. */
export const logEntry: LogEntryCodec = {
  name: "aico.core.LogEntry",
  // It is made of numbers and texts alone.
  detached: true,
  encode(value: LogEntry): Uint8Array {
    // What the writer wrote into: it is made for this one entry, so nothing need be copied out of it.
    return aico.core.LogEntry.encode(toWire(value)).finish(true);
  },
  decode(bytes: Uint8Array): LogEntry {
    const entry = aico.core.LogEntry.decode(bytes);
    return {
      time: toMillis(entry.timestamp),
      level: levelOf(entry.level),
      subsystem: entry.subsystem,
      module: entry.module,
      message: entry.message,
      function: entry.function,
      topic: entry.topic,
      metadata: entry.metadata,
      filePath: entry.filePath,
      lineNumber: entry.lineNumber,
      userUuid: entry.userUuid,
      sessionId: entry.sessionId,
      traceId: entry.traceId,
      extra: entry.extra,
    };
  },
};

function toWire(value: LogEntry): aico.core.LogEntry.$Properties {
  return {
    timestamp: fromMillis(value.time),
    level: logEntryLevels[value.level],
    subsystem: value.subsystem,
    module: value.module,
    function: value.function ?? null,
    message: value.message,
    topic: value.topic ?? null,
    metadata: value.metadata ?? null,
    filePath: value.filePath ?? null,
    lineNumber: value.lineNumber ?? null,
    userUuid: value.userUuid ?? null,
    sessionId: value.sessionId ?? null,
    traceId: value.traceId ?? null,
    extra: value.extra ?? null,
  };
}
