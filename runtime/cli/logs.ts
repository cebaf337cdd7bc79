import { BackplaneError, type ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import { AdminClient } from "./admin_client.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { formatLogRow, type LogRow } from "./log_row.ts";
import { readEvents } from "./server_sent_events.ts";
import { toTimestamp } from "./time_option.ts";

export interface LogsOptions extends ManifestOptions {
  readonly level?: string | undefined;
  readonly subsystem?: string | undefined;
  readonly module?: string | undefined;
  /** RFC 3339, or an age such as `10m`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly q?: string | undefined;
  readonly limit?: number | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

const PATH = "/plugins/log_consumer/logs";
const PAGE_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;
const DEFAULT_BACKLOG = 10;

/** Shows what log_consumer keeps. @throws CLI_USAGE, CLI_UNREACHABLE, CLI_REFUSED */
export async function logs(options: LogsOptions, context: CommandContext): Promise<ExitCode> {
  const filter = filterOf(options, Date.now());
  const client = await AdminClient.of(options);
  if (options.follow) return await follow(client, filter, options, context);
  const rows = await newest(client, filter, options.limit ?? DEFAULT_LIMIT);
  for (const row of rows.toReversed()) {
    await context.output.lineInTime(lineOf(row, options, context));
    if (context.output.closed.aborted) break;
  }
  return 0;
}

/** The newest rows, newest first, as many pages as it takes. */
async function newest(client: AdminClient, filter: URLSearchParams, limit: number): Promise<readonly LogRow[]> {
  const rows: LogRow[] = [];
  const query = new URLSearchParams(filter);
  for (;;) {
    query.set("limit", String(Math.min(PAGE_LIMIT, limit - rows.length)));
    const answer = await client.get(`${PATH}?${query.toString()}`);
    if (answer.status !== 200) throw client.refusal(answer);
    const { entries, next_cursor: cursor } = answer.body as { entries: LogRow[]; next_cursor: string | null };
    rows.push(...entries);
    if (cursor === null || rows.length >= limit) return rows;
    query.set("cursor", cursor);
  }
}

async function follow(
  client: AdminClient,
  filter: URLSearchParams,
  options: LogsOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, watch } = context;
  const end = AbortSignal.any([watch.endSignal(), output.closed]);
  filter.set("limit", String(Math.min(PAGE_LIMIT, options.limit ?? DEFAULT_BACKLOG)));
  try {
    for await (const { event, data } of readEvents(await client.stream(`${PATH}?${filter.toString()}`, end))) {
      if (event === "log") await output.lineInTime(lineOf(JSON.parse(data) as LogRow, options, context));
      else if (event === "gap") output.error(`Some entries are missing here: retention deleted them: ${data}`);
    }
  } catch (error) {
    if (end.aborted) return 0;
    throw error;
  }
  if (end.aborted) return 0;
  throw new BackplaneError("CLI_UNREACHABLE", `Cannot follow the log any longer: ${client.url} ended the stream.`, {
    remedy: "The instance or its log_consumer has stopped; start it and ask again.",
  });
}

function lineOf(row: LogRow, { json }: LogsOptions, { output }: CommandContext): string {
  return json ? printableJson(row) : formatLogRow(row, output.colour);
}

function filterOf(options: LogsOptions, now: number): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ["level", "subsystem", "module", "q"] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  if (options.since !== undefined) query.set("since", toTimestamp("--since", options.since, now));
  if (options.until !== undefined) query.set("until", toTimestamp("--until", options.until, now));
  return query;
}
