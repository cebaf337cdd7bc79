import { BackplaneError, type Logger, type LogRecord } from "../../mod.ts";
import { logEntry, type LogEntry } from "../../schemas/log_entry.ts";
import type { BusConnection } from "./connection.ts";
import { payloadOf } from "./outbox.ts";
import { toTopicWord } from "./topic.ts";

const BUFFER_LIMIT = 10_000;

/**
 * Publishes the runtime's own log on `logs.runtime.<part>` and `logs.plugin.<name>`. Lines wait, at most 10,000 of
 * them and the newest ones, until somebody subscribes. Lines marked local never leave the process: what the log path
 * says about itself must not travel over it.
 */
export class LogForwarder implements Disposable {
  readonly #connection: BusConnection;
  readonly #source: string;
  readonly #log: Logger;
  readonly #interest: Disposable;
  #buffer: LogRecord[] = [];
  #dropped = 0;
  #failed = 0;
  #sending = false;

  /** @param source who publishes: the system's name */
  constructor(connection: BusConnection, source: string, log: Logger) {
    this.#connection = connection;
    this.#source = source;
    this.#log = log;
    this.#interest = connection.interest.onChange(() => void this.#drain());
  }

  get counters(): { readonly waiting: number; readonly dropped: number; readonly failed: number } {
    return { waiting: this.#buffer.length, dropped: this.#dropped, failed: this.#failed };
  }

  /** Takes a line; never throws and never blocks. */
  take(record: LogRecord): void {
    if (record.local) return;
    this.#buffer.push(record);
    if (this.#buffer.length > BUFFER_LIMIT) {
      this.#buffer.shift();
      this.#dropped += 1;
    }
    if (!this.#sending) void this.#drain();
  }

  [Symbol.dispose](): void {
    this.#interest[Symbol.dispose]();
  }

  async #drain(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (;;) {
      const record = this.#buffer[0];
      if (record === undefined || !this.#connection.interest.hears(topicOf(record))) break;
      this.#buffer.shift();
      await this.#publish(record);
    }
    this.#sending = false;
  }

  /** Without its fields where they make it too large: a line must not get lost by what a stranger put into one. */
  async #send(entry: LogEntry, topic: string): Promise<void> {
    const message = { source: this.#source, topic };
    try {
      await this.#connection.publish({ ...message, payload: payloadOf(logEntry, entry), attributes: {} });
    } catch (error) {
      if (!(error instanceof BackplaneError) || error.code !== "BUS_MESSAGE_TOO_LARGE") throw error;
      const short = { ...entry, extra: { fields: "[too large]" } };
      await this.#connection.publish({ ...message, payload: payloadOf(logEntry, short), attributes: {} });
    }
  }

  async #publish(record: LogRecord): Promise<void> {
    const topic = topicOf(record);
    try {
      await this.#send(toEntry(record, topic), topic);
    } catch (error) {
      this.#failed += 1;
      if (this.#failed === 1) this.#log.local.warning("A line of the log could not be sent over the bus.", { error });
    }
  }
}

function topicOf(record: LogRecord): string {
  return `logs.${toTopicWord(record.subsystem)}.${toTopicWord(record.module)}`;
}

function toEntry(record: LogRecord, topic: string): LogEntry {
  const { time, level, subsystem, module } = record;
  // A receiver refuses a whole entry for one lone surrogate, which is not UTF-8.
  const message = record.message.toWellFormed();
  const extra = Object.entries(record.fields).map(([key, value]) => [key.toWellFormed(), textOf(value).toWellFormed()]);
  return { time, level, subsystem, module, message, topic, extra: Object.fromEntries(extra) };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
