import type { GatewayContext } from "../contribution.ts";

/**
 * The answer with the headers set by `context.header()` that it lacks: Hono gives them only to the answers it makes
 * itself (`context.json()` and its like), not to a `Response` that a handler or the gateway made. What the answer says
 * itself stays.
 */
export function withPreparedHeaders(context: GatewayContext, answer: Response): Response {
  const prepared = context.newResponse(null, 200).headers;
  // To look at the headers of a light answer is to make it a heavier one.
  if (prepared.keys().next().done === true) return answer;
  const headers = missingHeaders(prepared, answer.headers);
  if (headers === undefined) return answer;
  // A copy: the headers of what fetch() brought cannot be changed, and an answer may be kept and given again.
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

/** @returns undefined where nothing is missing, so that an answer made by Hono stays the light one it is */
function missingHeaders(prepared: Headers, own: Headers): Headers | undefined {
  let all: Headers | undefined;
  for (const [name, value] of prepared) {
    const present = name === "set-cookie" ? own.getSetCookie().includes(value) : own.has(name);
    if (!present) (all ??= new Headers(own)).append(name, value);
  }
  return all;
}
