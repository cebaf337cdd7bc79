import type { Clock, HealthCheck, Logger } from "../../mod.ts";
import { logEntry, type BusMessage } from "../message_bus/contract.ts";
import { Drops } from "./drops.ts";
import { CommitFeed } from "./feed.ts";
import { EntryQueue, type QueueLimits } from "./queue.ts";
import type { LogStore } from "./store.ts";
import { BatchWriter } from "./writer.ts";

/** How long a loss keeps the health degraded. */
const RECENT_MS = 60_000;

/** What the bus lost before it reached us; only grows. */
export interface BusLosses {
  readonly gaps: number;
  readonly dropped: number;
}

export interface LogIntakeOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  /** Stays in this process: what is said here about the log path must not travel on it. */
  readonly log: Logger;
  readonly queue: QueueLimits;
  readonly batchRows: number;
  readonly batchMs: number;
  readonly bus: () => BusLosses;
}

/** The way of an entry from the bus to the disk, and the count of what is lost on it. */
export class LogIntake {
  /** Says when more is on the disk. */
  readonly feed: CommitFeed;
  readonly #options: LogIntakeOptions;
  readonly #drops: Drops;
  readonly #queue: EntryQueue;
  readonly #writer: BatchWriter;
  #received = 0;
  #broken = 0;
  #seen: BusLosses = { gaps: 0, dropped: 0 };

  constructor(options: LogIntakeOptions) {
    this.#options = options;
    const { store, clock, batchRows, batchMs } = options;
    this.feed = new CommitFeed(clock, store.lastId);
    this.#drops = new Drops(clock);
    this.#queue = new EntryQueue(options.queue, ({ entry }, reason) => this.#drops.add(reason, entry.level));
    this.#writer = new BatchWriter({
      queue: this.#queue,
      store,
      drops: this.#drops,
      clock,
      batchRows,
      batchMs,
      onCommitted: ({ last }) => {
        this.feed.committed(last);
        this.#countLosses();
      },
      onFailing: (error) => this.#report(error),
    });
  }

  receive(message: BusMessage): void {
    this.#received += 1;
    try {
      const { topic, source } = message;
      this.#queue.push({ entry: message.decode(logEntry), received: this.#options.clock.now(), source, topic });
    } catch {
      this.#broken += 1;
      return;
    }
    this.#writer.notice();
  }

  /**
   * Writes what waits. What does not get written before the signal aborts is dropped and counted.
   * @returns how many that were
   */
  async stop(signal: AbortSignal): Promise<number> {
    await this.#writer.stop(signal);
    const lost = Object.values(this.#drops.counts()["shutdown"] ?? {});
    return lost.reduce((sum, count) => sum + count, 0);
  }

  health(): HealthCheck {
    this.#countLosses();
    const { last } = this.#drops;
    const isLosing = last !== undefined && this.#options.clock.now() - last < RECENT_MS;
    const { committed, kept, failures, failing, lastCommit } = this.#writer;
    return {
      status: isLosing || failing ? "degraded" : "healthy",
      detail: {
        received: this.#received,
        broken: this.#broken,
        queued: this.#queue.size + kept,
        committed,
        dropped: this.#drops.counts(),
        gaps: this.#seen.gaps,
        last_commit: lastCommit === undefined ? null : new Date(lastCommit).toISOString(),
        write_failures: failures,
        writing: failing ? "failing" : "ok",
      },
    };
  }

  #countLosses(): void {
    const now = this.#options.bus();
    this.#add("gap", now.gaps - this.#seen.gaps);
    this.#add("bus_queue_full", now.dropped - this.#seen.dropped);
    this.#seen = now;
  }

  #add(reason: string, count: number): void {
    if (count > 0) this.#drops.add(reason, "unknown", count);
  }

  #report(error: unknown): void {
    const { log } = this.#options;
    if (error === undefined) log.info("Log entries are written again.");
    else log.error("Cannot write log entries; they are kept and tried again.", { error });
  }
}
