import { setImmediate as nextTurn } from "node:timers/promises";
import { BackplaneError, type Clock } from "../../mod.ts";
import type { Drops } from "./drops.ts";
import type { ReceivedEntry } from "./entry.ts";
import type { EntryQueue } from "./queue.ts";
import type { CommittedRange, LogStore } from "./store.ts";

/** A batch's share of the memory; one entry larger than that goes alone. */
const BATCH_BYTES = 4 * 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
const REFUSALS: readonly unknown[] = ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_ERROR"];

export interface WriterOptions {
  readonly queue: EntryQueue;
  readonly store: Pick<LogStore, "append">;
  readonly drops: Drops;
  readonly clock: Clock;
  readonly batchRows: number;
  readonly batchMs: number;
  readonly onCommitted: (range: CommittedRange) => void;
  /** When writing begins to fail, and with undefined when it goes well again. */
  readonly onFailing: (error: unknown) => void;
}

/**
 * Moves entries from the queue to the store: a batch as soon as there are enough rows for one, or after a moment.
 * What cannot be written now is kept and tried again, ever more slowly; an entry that the database refuses while it
 * takes others is found by halving, dropped and counted.
 */
export class BatchWriter {
  readonly #options: WriterOptions;
  #timer: Disposable | undefined;
  #running: Promise<void> | undefined;
  #kept: readonly ReceivedEntry[] = [];
  #retryMs = FIRST_RETRY_MS;
  #failing = false;
  #stopped = false;
  /** How many rows to try at once: halved on a refusal, until the one that is refused stands alone. */
  #chunkRows: number;
  #wake: () => void = () => {};
  #committed = 0;
  #failures = 0;
  #lastCommit: number | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#chunkRows = options.batchRows;
  }

  get committed(): number {
    return this.#committed;
  }
  get failures(): number {
    return this.#failures;
  }
  get failing(): boolean {
    return this.#failing;
  }
  /** Taken from the queue and not written yet. */
  get kept(): number {
    return this.#kept.length;
  }
  /** Milliseconds since the Unix epoch. */
  get lastCommit(): number | undefined {
    return this.#lastCommit;
  }

  /** To be called after each push to the queue. */
  notice(): void {
    if (this.#stopped || this.#running !== undefined) return;
    const { queue, batchRows, batchMs, clock } = this.#options;
    if (queue.size >= batchRows) {
      this.#run();
      return;
    }
    this.#timer ??= clock.setTimeout(() => this.#run(), batchMs, { keepAlive: true });
  }

  /**
   * Writes what waits, then stops. What fails now is not tried again: it and all that waits are dropped and counted.
   * @param signal aborts when there is no more time
   */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
    this.#wake();
    await this.#running;
    const failuresBefore = this.#failures;
    await this.#drain(1, () => signal.aborted || (this.#failing && this.#failures > failuresBefore));
    for (const entry of [...this.#kept, ...this.#options.queue.take(Infinity, Infinity)]) this.#drop(entry, "shutdown");
    this.#kept = [];
  }

  #run(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#running ??= this.#drain(this.#options.batchRows, () => this.#stopped).finally(() => {
      this.#running = undefined;
      if (this.#options.queue.size > 0 || this.#options.drops.pending) this.notice();
    });
  }

  /**
   * Writes one batch, then others while `atLeast` entries wait: fewer had better gather, each commit costs a sync of
   * the disk. Never rejects.
   */
  async #drain(atLeast: number, isOver: () => boolean): Promise<void> {
    const { queue, batchRows, drops } = this.#options;
    for (let round = 0; !isOver(); round += 1) {
      if (this.#kept.length === 0) {
        if (round > 0 && queue.size < atLeast) return;
        const note = drops.takeNote();
        const taken = queue.take(batchRows, BATCH_BYTES);
        this.#kept = note === undefined ? taken : [...taken, note];
      }
      if (this.#kept.length === 0) return;
      await this.#writeChunk();
      // Others come first between two batches: each holds the event loop for some milliseconds.
      await nextTurn();
    }
  }

  async #writeChunk(): Promise<void> {
    const chunk = this.#kept.slice(0, this.#chunkRows);
    try {
      this.#done(await this.#options.store.append(chunk));
      this.#kept = this.#kept.slice(chunk.length);
      this.#chunkRows = Math.min(this.#chunkRows * 2, this.#options.batchRows + 1);
    } catch (error) {
      this.#failures += 1;
      if (!isRefusal(error)) return this.#waitAfter(error);
      if (chunk.length > 1) {
        this.#chunkRows = Math.ceil(chunk.length / 2);
        return;
      }
      this.#kept = this.#kept.slice(1);
      for (const entry of chunk) this.#drop(entry, "rejected");
    }
  }

  #done(range: CommittedRange): void {
    this.#committed += range.last - range.first + 1;
    this.#lastCommit = this.#options.clock.now();
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#failing) this.#options.onFailing(undefined);
    this.#failing = false;
    this.#options.onCommitted(range);
  }

  async #waitAfter(error: unknown): Promise<void> {
    if (!this.#failing) this.#options.onFailing(error);
    this.#failing = true;
    if (this.#stopped) return;
    const ms = this.#retryMs;
    this.#retryMs = Math.min(ms * 2, LAST_RETRY_MS);
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimeout(resolve, ms, { keepAlive: true });
      this.#wake = () => {
        timer[Symbol.dispose]();
        resolve();
      };
    });
  }

  #drop(received: ReceivedEntry, reason: "rejected" | "shutdown"): void {
    this.#options.drops.add(reason, received.entry.level);
  }
}

/** SQLite has something against the rows themselves, while disk and database are well. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof BackplaneError)) return true;
  return REFUSALS.includes(error.details["sqlite_code"]);
}
