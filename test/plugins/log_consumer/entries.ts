import type { ReceivedEntry } from "../../../plugins/log_consumer/entry.ts";
import type { LogEntry } from "../../../schemas/log_entry.ts";

/** 2026-01-01T00:00:00Z */
export const start = Date.UTC(2026, 0, 1);

/** An entry as it arrives, told apart by what is given. */
export function received(entry: Partial<LogEntry> = {}, at = entry.time ?? start): ReceivedEntry {
  return {
    entry: { time: at, level: "info", subsystem: "backend", module: "main", message: "a message", ...entry },
    received: at,
    source: "test",
    topic: "logs.backend.main",
  };
}

/** Entries numbered from `first`, a second apart. */
export function numbered(first: number, count: number, entry: Partial<LogEntry> = {}): readonly ReceivedEntry[] {
  return Array.from({ length: count }, (_, index) =>
    received({ message: `message ${first + index}`, time: start + (first + index) * 1_000, ...entry }),
  );
}
