import type { BusMessage, LogEntry } from "../../plugins/message_bus/contract.ts";
import { type Paint, printable } from "./terminal.ts";

/** A message as one line for people: time, topic, source, then the entry, or the type and size of something else. */
export function formatMessage(message: BusMessage, entry: LogEntry | undefined, paint: Paint): string {
  const { time, topic, source } = message;
  const content = entry === undefined ? describePayload(message) : `${entry.level} ${oneLine(entry.message)}`;
  return `${timeOf(time)} ${paint("cyan", oneLine(topic))} ${paint("dim", `<${oneLine(source)}>`)} ${content}`;
}

/** A message as JSON; a payload that is no log entry in base64. */
export function messageDocument(message: BusMessage, entry: LogEntry | undefined) {
  const { topic, id, time, source, type, attributes } = message;
  const head = { topic, id, time: timeOf(time), source, type, attributes };
  if (entry === undefined) return { ...head, payload: Buffer.from(message.payload()).toString("base64") };
  return { ...head, entry: entryDocument(entry) };
}

function entryDocument(entry: LogEntry) {
  const { filePath, lineNumber, userUuid, sessionId, traceId, time, ...rest } = entry;
  const renamed = {
    ...rest,
    file_path: filePath,
    line_number: lineNumber,
    user_uuid: userUuid,
    session_id: sessionId,
    trace_id: traceId,
  };
  const said = Object.entries(renamed).filter(([, value]) => !isUnsaid(value));
  return { time: timeOf(time), level: entry.level, message: entry.message, ...Object.fromEntries(said) };
}

function isUnsaid(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === "" || value === 0;
}

function describePayload(message: BusMessage): string {
  const type = message.type === "" ? "no payload" : oneLine(message.type);
  return `${type} (${message.payload().byteLength} bytes)`;
}

function oneLine(text: string): string {
  return printable(text.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
}

function timeOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
