import type { GatewayContext, GatewayHandler } from "../contribution.ts";

/** What describes the body of one answer and would be wrong beside another one's. */
const REPRESENTATION = /^(?:content-(?!security-policy)|transfer-encoding$|etag$|last-modified$)/;

/** What was prepared when the pipeline let the request through to its route. */
const passed = new WeakMap<GatewayContext, Headers>();

/** Stands at the pipeline's end, so that a failure does not give away what the route has prepared. */
export const rememberPrepared: GatewayHandler = (context, next) => {
  passed.set(context, new Headers(preparedHeaders(context)));
  return next();
};

/** To be called when a route fails: without a pipeline all that is prepared is its own. */
export function withholdPrepared(context: GatewayContext): void {
  if (!passed.has(context)) passed.set(context, new Headers());
}

/**
 * The answer to a failure with the headers that the pipeline has prepared, such as those of CORS: neither the route's
 * nor any that belongs to an answer that is thrown away.
 */
export function withPassedHeaders(context: GatewayContext, answer: Response): Response {
  // An answer that was there before the failure is thrown away with its headers.
  if (context.finalized) context.res = undefined;
  const prepared = new Headers(passed.get(context) ?? preparedHeaders(context));
  // Nobody is logged in by a failure, and none is to be kept.
  if (answer.status === 500) for (const name of ["set-cookie", "cache-control"]) prepared.delete(name);
  return withHeaders(prepared, answer);
}

/**
 * The answer with the headers set by `context.header()` that it lacks: Hono gives them only to the answers it makes
 * itself (`context.json()` and its like), not to a `Response` that a handler or the gateway made. What the answer says
 * itself stays, and what describes a body is its own affair.
 * @throws TypeError if its body was given away already
 */
export function withPreparedHeaders(context: GatewayContext, answer: Response): Response {
  return withHeaders(preparedHeaders(context), answer);
}

function preparedHeaders(context: GatewayContext): Headers {
  return context.newResponse(null, 200).headers;
}

function withHeaders(prepared: Headers, answer: Response): Response {
  // To look at the headers of a light answer is to make it a heavier one.
  if (prepared.keys().next().done === true) return answer;
  const headers = missingHeaders(prepared, answer.headers);
  if (headers === undefined) return answer;
  if (isUsedUp(answer)) throw new TypeError("it answered a Response whose body was given away or read before");
  // A copy: the headers of what fetch() brought cannot be changed, nor those of an answer without a body that is kept.
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

/** @returns undefined where nothing is missing, so that an answer made by Hono stays the light one it is */
function missingHeaders(prepared: Headers, own: Headers): Headers | undefined {
  let all: Headers | undefined;
  for (const [name, value] of prepared) {
    if (REPRESENTATION.test(name)) continue;
    const present = name === "set-cookie" ? own.getSetCookie().includes(value) : own.has(name);
    if (!present) (all ??= new Headers(own)).append(name, value);
  }
  return all;
}

/** A body can be sent once: an answer that is kept has none left for the next request. */
export function isUsedUp({ bodyUsed, body }: Response): boolean {
  return bodyUsed || (body?.locked ?? false);
}
