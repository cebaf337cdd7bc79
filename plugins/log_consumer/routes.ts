import type { AdminRoute, GatewayContext } from "../../mod.ts";
import type { SqlRunner } from "../database/contract.ts";
import type { CommitFeed } from "./feed.ts";
import { DEFAULT_LIMIT, filterOf, formatCursor, logQuery, MAX_LIMIT, type LogQuery } from "./log_query.ts";
import { readPage } from "./query.ts";
import type { LogStore } from "./store.ts";
import { eventStream, followLog } from "./stream.ts";

export interface LogRoutesOptions {
  readonly database: SqlRunner;
  readonly store: LogStore;
  readonly feed: CommitFeed;
}

/**
 * `GET /logs`: a page, newest first, `{ "entries": [...], "next_cursor": string | null }`; with
 * `Accept: text/event-stream` or `follow=true` a stream of what is committed from now on, after the newest `limit`
 * entries if `limit` is given, or after `Last-Event-ID`.
 */
export function logRoutes(options: LogRoutesOptions): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/logs",
      schema: { query: logQuery },
      handler: (context) => {
        const query = context.get("input").query as LogQuery;
        return wantsStream(context, query) ? follow(context, query, options) : page(context, query, options);
      },
    },
  ];
}

function wantsStream(context: GatewayContext, query: LogQuery): boolean {
  return query.follow ?? (context.req.header("accept") ?? "").toLowerCase().includes("text/event-stream");
}

async function page(context: GatewayContext, query: LogQuery, { database }: LogRoutesOptions): Promise<Response> {
  const { entries, next } = await readPage(database, {
    filter: filterOf(query),
    limit: query.limit ?? DEFAULT_LIMIT,
    after: query.cursor,
    signal: AbortSignal.any([context.get("pluginSignal"), context.req.raw.signal]),
  });
  return context.json({ entries, next_cursor: next === undefined ? null : formatCursor(next) });
}

function follow(context: GatewayContext, query: LogQuery, options: LogRoutesOptions): Response {
  const stop = new AbortController();
  for (const signal of [context.get("pluginSignal"), context.req.raw.signal]) {
    if (signal.aborted) stop.abort();
    else signal.addEventListener("abort", () => stop.abort(), { once: true, signal: stop.signal });
  }
  const pieces = followLog({
    ...options,
    filter: filterOf(query),
    lastEventId: lastEventId(context),
    backlog: query.limit ?? (query.since === undefined ? 0 : MAX_LIMIT),
    signal: stop.signal,
  });
  return context.body(eventStream(pieces, stop), 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
}

function lastEventId(context: GatewayContext): number | undefined {
  const text = context.req.header("last-event-id");
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
