import type { Clock } from "../../mod.ts";
import { logEntryLevelNames, type LogEntryLevel } from "../../schemas/log_entry.ts";
import type { ReceivedEntry } from "./entry.ts";

/** Counts by reason, then by level; only what is not zero. */
export type DropCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A flood is told of once in this time, not with every batch. */
const NOTE_EVERY_MS = 1_000;

/** Counts what was lost, in all and since the last note about it. */
export class Drops {
  readonly #all = new Map<string, Map<LogEntryLevel, number>>();
  #sinceNote = new Map<string, Map<LogEntryLevel, number>>();
  #total = 0;
  #lastNote = -Infinity;
  #last: number | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the last entry was lost, in milliseconds since the Unix epoch. */
  get last(): number | undefined {
    return this.#last;
  }

  get total(): number {
    return this.#total;
  }

  /** `level` is `unknown` for what was lost before it could be read. */
  add(reason: string, level: LogEntryLevel, count = 1): void {
    this.#total += count;
    this.#last = this.#clock.now();
    for (const counts of [this.#all, this.#sinceNote]) {
      const byLevel = counts.get(reason) ?? new Map<LogEntryLevel, number>();
      byLevel.set(level, (byLevel.get(level) ?? 0) + count);
      counts.set(reason, byLevel);
    }
  }

  counts(): DropCounts {
    return plainCounts(this.#all);
  }

  /** Whether there is something to tell. */
  get pending(): boolean {
    return this.#sinceNote.size > 0;
  }

  /** An entry that tells what was lost since the last one; undefined when nothing was, or the last is too recent. */
  takeNote(): ReceivedEntry | undefined {
    const now = this.#clock.now();
    if (!this.pending || now - this.#lastNote < NOTE_EVERY_MS) return undefined;
    this.#lastNote = now;
    const plain = plainCounts(this.#sinceNote);
    this.#sinceNote = new Map();
    const sum = Object.values(plain)
      .flatMap(Object.values<number>)
      .reduce((total, count) => total + count, 0);
    return noteEntry(now, `${sum} log entries were lost: ${describe(plain)}.`);
  }
}

function noteEntry(time: number, message: string): ReceivedEntry {
  const entry = { time, level: "warning", subsystem: "plugin", module: "log_consumer", message } as const;
  return { entry, received: time, source: "log_consumer", topic: "logs.plugin.log_consumer" };
}

function describe(counts: DropCounts): string {
  return Object.entries(counts)
    .map(([reason, byLevel]) => {
      const parts = Object.entries(byLevel).map(([level, count]) => `${count} ${level}`);
      return `${reason} ${parts.join(", ")}`;
    })
    .join("; ");
}

function plainCounts(counts: ReadonlyMap<string, ReadonlyMap<LogEntryLevel, number>>): DropCounts {
  return Object.fromEntries(
    [...counts].map(([reason, byLevel]) => [
      reason,
      Object.fromEntries(
        logEntryLevelNames.flatMap((level) => (byLevel.has(level) ? [[level, byLevel.get(level) ?? 0]] : [])),
      ),
    ]),
  );
}
