import { logEntryLevelNames, type LogEntryLevel } from "../../schemas/log_entry.ts";
import type { ReceivedEntry } from "./entry.ts";

/** Why an entry was not written: no room for it, refused by the database, or still waiting at the end. */
export type DropReason = "queue_full" | "rejected" | "shutdown";

export interface QueueLimits {
  readonly entries: number;
  readonly bytes: number;
}

interface Queued {
  readonly received: ReceivedEntry;
  readonly order: number;
  readonly bytes: number;
}

/**
 * What waits to be written. When it is full the least grave entries give way, the newest of them first: an error
 * outlives any flood of debug lines, and the beginning of a story is kept.
 */
export class EntryQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: (entry: ReceivedEntry, reason: DropReason) => void;
  readonly #byLevel = new Map<LogEntryLevel, Lane>(logEntryLevelNames.map((level) => [level, new Lane()]));
  #order = 0;
  #size = 0;
  #bytes = 0;

  constructor(limits: QueueLimits, onDrop: (entry: ReceivedEntry, reason: DropReason) => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#size;
  }

  /** Roughly: two bytes for each UTF-16 unit of text. */
  get bytes(): number {
    return this.#bytes;
  }

  push(received: ReceivedEntry): void {
    const queued = { received, order: this.#order, bytes: bytesOf(received) };
    while (this.#isFullFor(queued.bytes)) {
      if (!this.#evictBelow(received.entry.level)) {
        this.#onDrop(received, "queue_full");
        return;
      }
    }
    this.#order += 1;
    this.#lane(received.entry.level).push(queued);
    this.#count(queued, 1);
  }

  /** Removes the oldest entries in order of arrival: at most `rows`, and no more than `bytes` unless one alone is. */
  take(rows: number, bytes: number): readonly ReceivedEntry[] {
    const taken: ReceivedEntry[] = [];
    let sum = 0;
    while (taken.length < rows) {
      const lane = this.#oldestLane();
      const first = lane?.first;
      if (lane === undefined || first === undefined) break;
      if (taken.length > 0 && sum + first.bytes > bytes) break;
      lane.shift();
      this.#count(first, -1);
      sum += first.bytes;
      taken.push(first.received);
    }
    return taken;
  }

  #isFullFor(bytes: number): boolean {
    return this.#size > 0 && (this.#size >= this.#limits.entries || this.#bytes + bytes > this.#limits.bytes);
  }

  #evictBelow(level: LogEntryLevel): boolean {
    for (const candidate of logEntryLevelNames) {
      if (candidate === level) return false;
      const evicted = this.#lane(candidate).pop();
      if (evicted === undefined) continue;
      this.#count(evicted, -1);
      this.#onDrop(evicted.received, "queue_full");
      return true;
    }
    return false;
  }

  #oldestLane(): Lane | undefined {
    let oldest: Lane | undefined;
    for (const lane of this.#byLevel.values()) {
      const order = lane.first?.order;
      if (order !== undefined && order < (oldest?.first?.order ?? Infinity)) oldest = lane;
    }
    return oldest;
  }

  #lane(level: LogEntryLevel): Lane {
    return this.#byLevel.get(level) as Lane;
  }

  #count(queued: Queued, sign: 1 | -1): void {
    this.#size += sign;
    this.#bytes += sign * queued.bytes;
  }
}

/** A deque whose front moves on; what was taken is cut off now and then. */
class Lane {
  #items: (Queued | undefined)[] = [];
  #front = 0;

  get first(): Queued | undefined {
    return this.#items[this.#front];
  }

  push(item: Queued): void {
    this.#items.push(item);
  }

  pop(): Queued | undefined {
    return this.#front < this.#items.length ? this.#items.pop() : undefined;
  }

  shift(): void {
    this.#items[this.#front] = undefined;
    this.#front += 1;
    if (this.#front < 1_024 || this.#front * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#front);
    this.#front = 0;
  }
}

function bytesOf({ entry, source, topic }: ReceivedEntry): number {
  let units = entry.message.length + entry.subsystem.length + entry.module.length + source.length + topic.length + 64;
  for (const map of [entry.metadata, entry.extra]) {
    for (const [key, value] of Object.entries(map ?? {})) units += key.length + value.length;
  }
  return units * 2;
}
