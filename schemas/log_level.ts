/** How grave a line of a log is: LogLevel of the wire (schemas/log_entry.proto), lower-case. */
export type LogLevel = "debug" | "info" | "warning" | "error" | "critical";

/** The numbers the wire uses; greater is graver. In the order of gravity. */
export const logLevels: Readonly<Record<LogLevel, number>> = {
  debug: 10,
  info: 20,
  warning: 30,
  error: 40,
  critical: 50,
};

export const logLevelNames: readonly LogLevel[] = Object.keys(logLevels) as LogLevel[];
