import { setImmediate as nextTurn } from "node:timers/promises";
import type { SqlRunner } from "../database/contract.ts";
import type { LogRow } from "./entry.ts";
import type { CommitFeed } from "./feed.ts";
import type { LogFilter } from "./filter.ts";
import { readPage, readTail } from "./query.ts";
import type { LogStore } from "./store.ts";

/** Rows in one piece of the stream. */
const CHUNK_ROWS = 200;
/** Proxies and clients give up connections on which nothing comes for long. */
const HEARTBEAT_MS = 15_000;

export interface FollowOptions {
  readonly database: SqlRunner;
  readonly store: Pick<LogStore, "oldestId">;
  readonly feed: CommitFeed;
  readonly filter: LogFilter;
  /** The last id the reader has; undefined: it begins with what comes from now on. */
  readonly lastEventId: number | undefined;
  /** For a reader that begins: how many of the newest entries to show first. */
  readonly backlog: number;
  readonly signal: AbortSignal;
  readonly heartbeatMs?: number;
}

/**
 * Entries as they are committed, as Server-Sent Events (WHATWG HTML 9.2): `log` events with the row's id, a `gap`
 * event where retention was faster than the reader, comments as heartbeats. Reads from the table at the reader's pace,
 * so that a slow one costs no memory.
 */
export async function* followLog(options: FollowOptions): AsyncGenerator<string, void, void> {
  const { database, feed, filter, signal } = options;
  let cursor = Math.min(options.lastEventId ?? feed.lastId, feed.lastId);
  yield ": following\n\n";
  if (options.lastEventId === undefined && options.backlog > 0) yield await backlogEvents(options, cursor);
  while (!signal.aborted) {
    if (feed.lastId <= cursor) {
      await feed.wait(cursor, options.heartbeatMs ?? HEARTBEAT_MS, signal);
      if (feed.lastId <= cursor && !signal.aborted) yield ": nothing new\n\n";
      continue;
    }
    const oldest = (await options.store.oldestId()) ?? feed.lastId + 1;
    if (oldest > cursor + 1) {
      yield gapEvent(cursor + 1, oldest - 1);
      cursor = oldest - 1;
    }
    const tail = await readTail(database, filter, { after: cursor, until: feed.lastId, limit: CHUNK_ROWS });
    if (tail.entries.length > 0) yield tail.entries.map(logEvent).join("");
    cursor = Math.max(cursor, tail.reached);
    await nextTurn();
  }
}

/** A response body that takes the next piece only when the reader wants it, and ends with the signal. */
export function eventStream(pieces: AsyncGenerator<string, void, void>, stop: AbortController): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Also while nobody reads; closing twice is the only thing that can fail here.
      stop.signal.addEventListener("abort", () => closeQuietly(controller), { once: true });
    },
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (stop.signal.aborted) return;
      if (done === true) closeQuietly(controller);
      else controller.enqueue(encoder.encode(value));
    },
    cancel() {
      stop.abort();
    },
  });
}

function closeQuietly(controller: ReadableStreamDefaultController): void {
  try {
    controller.close();
  } catch {
    // The reader has gone already.
  }
}

async function backlogEvents({ database, filter, backlog, signal }: FollowOptions, lastId: number): Promise<string> {
  const { entries } = await readPage(database, { filter, limit: backlog, signal });
  // By id, so that a reader that comes back goes on behind the last one it saw.
  const known = entries.filter(({ id }) => id <= lastId).toSorted((one, other) => one.id - other.id);
  return known.map(logEvent).join("");
}

function logEvent(row: LogRow): string {
  return `id: ${row.id}\nevent: log\ndata: ${JSON.stringify(row)}\n\n`;
}

function gapEvent(first: number, last: number): string {
  return `id: ${last}\nevent: gap\ndata: ${JSON.stringify({ first_id: first, last_id: last })}\n\n`;
}
