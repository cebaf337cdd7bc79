import * as v from "valibot";
import { logEntryLevelNames, type LogEntryLevel } from "../../schemas/log_entry.ts";
import type { LogFilter } from "./filter.ts";
import type { LogPosition } from "./query.ts";
import { searchExpression } from "./search.ts";

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

/** The query of `GET logs`, read. */
export interface LogQuery {
  level?: LogEntryLevel | undefined;
  subsystem?: string | undefined;
  module?: string | undefined;
  since?: number | undefined;
  until?: number | undefined;
  q?: string | undefined;
  limit?: number | undefined;
  cursor?: LogPosition | undefined;
  follow?: boolean | undefined;
}

const RFC3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i;
const CURSOR = /^(-?\d{1,16})_(\d{1,16})$/;

const time = v.pipe(
  v.string(),
  v.check(
    (text) => RFC3339.test(text) && !Number.isNaN(Date.parse(text)),
    "Expected a time as 2026-01-31T12:00:00Z (RFC 3339); write a + in a URL as %2B.",
  ),
  v.transform((text) => Date.parse(text)),
);
const name = v.pipe(v.string(), v.maxLength(256));
const limit = v.pipe(
  v.string(),
  v.check(
    (text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT,
    `Expected a whole number from 1 to ${MAX_LIMIT}.`,
  ),
  v.transform(Number),
);
const cursor = v.pipe(
  v.string(),
  v.regex(CURSOR, "Expected the next_cursor of another page."),
  v.transform((text): LogPosition => {
    const [, at, id] = CURSOR.exec(text) ?? [];
    return { time: Number(at), id: Number(id) };
  }),
);
const q = v.pipe(
  v.string(),
  v.maxLength(1_000),
  v.check((text) => text.trim() === "" || searchExpression(text) !== undefined, "Expected a letter or a digit."),
);

export const logQuery: v.GenericSchema<unknown, LogQuery> = v.strictObject({
  level: v.optional(v.picklist(logEntryLevelNames)),
  subsystem: v.optional(name),
  module: v.optional(name),
  since: v.optional(time),
  until: v.optional(time),
  q: v.optional(q),
  limit: v.optional(limit),
  cursor: v.optional(cursor),
  follow: v.optional(
    v.pipe(
      v.picklist(["true", "false"]),
      v.transform((text) => text === "true"),
    ),
  ),
});

export function filterOf({ level, subsystem, module, since, until, q: text }: LogQuery): LogFilter {
  const search = text === undefined ? undefined : searchExpression(text);
  return { level, subsystem, module, since, until, search };
}

export function formatCursor({ time: at, id }: LogPosition): string {
  return `${at}_${id}`;
}
