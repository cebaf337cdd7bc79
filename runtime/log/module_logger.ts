import type { LogFields, Logger, LogLevel } from "../logger.ts";

export type WriteLine = (level: LogLevel, message: string, fields: LogFields, local: boolean) => void;

/** A logger whose subsystem and module are filled in by `write`. */
export class ModuleLogger implements Logger {
  readonly #write: WriteLine;
  readonly #local: boolean;

  constructor(write: WriteLine, local = false) {
    this.#write = write;
    this.#local = local;
  }

  get local(): Logger {
    return this.#local ? this : new ModuleLogger(this.#write, true);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#write("debug", message, fields, this.#local);
  }
  info(message: string, fields: LogFields = {}): void {
    this.#write("info", message, fields, this.#local);
  }
  warning(message: string, fields: LogFields = {}): void {
    this.#write("warning", message, fields, this.#local);
  }
  error(message: string, fields: LogFields = {}): void {
    this.#write("error", message, fields, this.#local);
  }
  critical(message: string, fields: LogFields = {}): void {
    this.#write("critical", message, fields, this.#local);
  }
}
