import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { callWatcher } from "../events.ts";
import { logLevels, type Logger, type LogLevel, type LogRecord } from "../logger.ts";
import type { RuntimeLog } from "../system_services.ts";
import { ModuleLogger } from "./module_logger.ts";
import { redactFields, redactText } from "./redact.ts";
import { Ring } from "./ring.ts";
import { orderSecrets } from "./secrets.ts";

export interface RuntimeLoggerOptions {
  readonly clock: Clock;
  /** Lines below it are not made. Default: info. */
  readonly level?: LogLevel;
  /** Texts hidden wherever they occur. */
  readonly secrets?: readonly string[];
  /** How many of the newest lines late followers still get. Default: 1,000. */
  readonly capacity?: number;
}

/** What a line says, before it is redacted. */
export type LogLine = Omit<LogRecord, "time" | "local"> & { readonly local?: boolean };

type Listener = (record: LogRecord) => void;
interface Delivery {
  readonly record: LogRecord;
  /** The listeners in whose call the line was written. They do not get it: that would never end. */
  readonly writers: readonly Listener[];
}

/** The runtime's own log: lines from the kernel and the plugins, redacted, kept in a ring, handed to followers. */
export class RuntimeLogger implements RuntimeLog {
  readonly #clock: Clock;
  /** Lines that nobody has read yet may still have to be made. */
  readonly #ring: Ring<() => LogRecord>;
  readonly #queue: Delivery[] = [];
  #level: LogLevel;
  #secrets: readonly string[];
  #listeners: readonly Listener[] = [];
  #writers: readonly Listener[] = [];
  #delivering = false;

  constructor(options: RuntimeLoggerOptions) {
    this.#clock = options.clock;
    this.#level = options.level ?? "info";
    this.#secrets = orderSecrets(options.secrets ?? []);
    this.#ring = new Ring(options.capacity ?? 1_000);
  }

  get level(): LogLevel {
    return this.#level;
  }
  set level(level: LogLevel) {
    this.#level = level;
  }

  /** Lines that the ring no longer holds: a follower that comes now has missed so many. */
  get dropped(): number {
    return this.#ring.dropped;
  }

  /** Adds texts to hide from now on; lines in the ring were made before and stay as they are. */
  hide(secrets: Iterable<string>): void {
    this.#secrets = orderSecrets([...this.#secrets, ...secrets]);
  }

  logger(subsystem: string, module: string): Logger {
    return new ModuleLogger((level, message, fields, local) => {
      this.write({ level, subsystem, module, message, fields, local });
    });
  }

  /** Whether lines of this level are made at all. */
  isWritten(level: LogLevel): boolean {
    return logLevels[level] >= logLevels[this.#level];
  }

  write(line: LogLine): void {
    if (this.isWritten(line.level)) this.#deliver(this.#record(line, this.#clock.now()));
  }

  /** Writes a line that is not made before somebody reads it; for what never changes after this call. */
  writeLater(level: LogLevel, time: number, describe: () => LogLine): void {
    if (!this.isWritten(level)) return;
    if (this.#listeners.length > 0 || this.#delivering) return this.#deliver(this.#record(describe(), time));
    let record: LogRecord | undefined;
    this.#ring.push(() => (record ??= this.#record(describe(), time)));
  }

  /** A listener that throws is not told so and gets the next line; one that logs does not get its own lines. */
  follow(listener: (record: LogRecord) => void): Disposable {
    // A function of its own, so that following twice with the same listener is two followers.
    const follower: Listener = (record) => listener(record);
    for (const recordOf of this.#ring.values()) this.#call(follower, recordOf(), []);
    this.#listeners = [...this.#listeners, follower];
    return { [Symbol.dispose]: () => void (this.#listeners = this.#listeners.filter((other) => other !== follower)) };
  }

  #record({ level, subsystem, module, message, fields, local = false }: LogLine, time: number): LogRecord {
    return Object.freeze({
      time,
      level,
      subsystem,
      module,
      message: redactText(messageOf(message), this.#secrets),
      fields: redactFields(fields, this.#secrets),
      local,
    });
  }

  /** One line after the other, so that all followers see the same order also when one of them logs. */
  #deliver(written: LogRecord): void {
    this.#queue.push({ record: written, writers: this.#writers });
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { record } = next;
      this.#ring.push(() => record);
      for (const listener of this.#listeners) {
        // One follower may have disposed another meanwhile.
        const follows = this.#listeners.includes(listener);
        if (follows && !next.writers.includes(listener)) this.#call(listener, record, next.writers);
      }
    }
    this.#delivering = false;
  }

  #call(listener: Listener, record: LogRecord, writers: readonly Listener[]): void {
    const outer = this.#writers;
    this.#writers = [...writers, listener];
    callWatcher(listener, record);
    this.#writers = outer;
  }
}
