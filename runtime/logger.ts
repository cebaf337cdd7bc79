import type { LogLevel } from "../schemas/log_level.ts";

export { type LogLevel, logLevels } from "../schemas/log_level.ts";

/** One line of the runtime's own log, already redacted. Plain data. */
export interface LogRecord {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly level: LogLevel;
  /** `runtime` for the kernel, `plugin` for a plugin. */
  readonly subsystem: string;
  /** The part of the kernel, or the plugin's name. */
  readonly module: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Not to be sent over the bus: said by the log path about itself, where forwarding would loop. */
  readonly local: boolean;
}

/** What a line says besides its message; secrets are redacted by key and by value. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What a plugin gets as `this.log`: structured, its name filled in, secrets redacted by key and by value. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  critical(message: string, fields?: LogFields): void;
  /** The same logger, whose lines stay in this process: for what the log path says about itself. */
  readonly local: Logger;
}
