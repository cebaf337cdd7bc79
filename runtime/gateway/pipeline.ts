import type { GatewayContext, GatewayHandler } from "../contribution.ts";
import type { PluginContribution } from "../plugin_contribution.ts";
import { HandlerFailure } from "./handler_failure.ts";
import { withholdPrepared, withPreparedHeaders } from "./prepared_headers.ts";
import { problem } from "./problem.ts";

/** A security plugin that the manifest enables and that does not run: nothing passes its place. */
export interface RequiredSecurity {
  readonly plugin: string;
  /** Why it does not run, as the 503 says it: "error", "blocked", "not loaded". */
  readonly reason: string;
  readonly priority: number;
  readonly order: number;
}

interface Place {
  readonly plugin: string;
  readonly rank: number;
  readonly priority: number;
  readonly order: number;
  readonly guard: GatewayHandler | undefined;
  readonly handle: GatewayHandler | undefined;
}

/**
 * All guards, then all handles; in each ring security before middleware, then by own priority, then in the order of
 * the manifest. In place of a missing security plugin stands a guard that answers 503.
 */
export function composePipeline(
  contributions: readonly PluginContribution[],
  missing: readonly RequiredSecurity[],
): readonly GatewayHandler[] {
  const absent = new Set(missing.map(({ plugin }) => plugin));
  const places: Place[] = contributions
    .filter(({ plugin, kind }) => (kind === "security" || kind === "middleware") && !absent.has(plugin))
    .map((contribution) => ({ ...contribution, rank: contribution.kind === "security" ? 0 : 1 }));
  for (const security of missing) places.push({ ...security, rank: 0, guard: refuse(security), handle: undefined });
  places.sort((left, right) => left.rank - right.rank || left.priority - right.priority || left.order - right.order);
  const guards = places.flatMap(({ plugin, guard }) => (guard === undefined ? [] : [watched(plugin, guard)]));
  const handles = places.flatMap(({ plugin, handle }) => (handle === undefined ? [] : [watched(plugin, handle)]));
  return [...guards, ...handles];
}

function refuse({ plugin, reason }: RequiredSecurity): GatewayHandler {
  return async () =>
    problem(503, `Security plugin "${plugin}" is not running (${reason}); nothing passes without it.`, {
      headers: { "retry-after": "5" },
    });
}

/** Ties what a plugin's handler throws, or its failure to answer, to the plugin. */
function watched(plugin: string, handler: GatewayHandler): GatewayHandler {
  return async (context, next) => {
    try {
      const answer: unknown = await handler(context, next);
      // `return next()` answers Hono's own context, which is not an answer.
      if (isResponse(answer)) return withPreparedHeaders(context, answer);
      if (!context.finalized) throw new TypeError("it neither answered nor called next()");
    } catch (thrown) {
      throw new HandlerFailure(plugin, thrown);
    }
  };
}

/** The same for a route's handler, which must answer; at once, if it does not answer a promise. */
export function answerOf(
  plugin: string,
  handler: (context: GatewayContext) => Response | Promise<Response>,
  context: GatewayContext,
): Response | Promise<Response> {
  try {
    const answer: unknown = handler(context);
    return isResponse(answer) ? withPreparedHeaders(context, answer) : laterAnswer(plugin, answer, context);
  } catch (thrown) {
    withholdPrepared(context);
    throw new HandlerFailure(plugin, thrown);
  }
}

async function laterAnswer(plugin: string, pending: unknown, context: GatewayContext): Promise<Response> {
  try {
    const answer = await pending;
    if (isResponse(answer)) return withPreparedHeaders(context, answer);
    throw new TypeError("its handler did not answer a Response");
  } catch (thrown) {
    withholdPrepared(context);
    throw new HandlerFailure(plugin, thrown);
  }
}

/** Not by instanceof: the server adapter puts a class of its own in place of the global Response. */
function isResponse(answer: unknown): answer is Response {
  if (typeof answer !== "object" || answer === null || !("status" in answer) || !("headers" in answer)) return false;
  // What HTTP cannot send, such as Response.error() with its 0, is no answer either.
  return typeof answer.status === "number" && answer.status >= 200 && answer.status <= 599;
}
