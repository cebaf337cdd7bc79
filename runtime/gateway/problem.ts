import { STATUS_CODES } from "node:http";

export interface ProblemOptions {
  /** Members beside the standard ones, snake_case. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The text of a problem document (RFC 9457): what is shown to a caller, never a stack or an internal message. */
export function problemText(status: number, detail: string, extensions?: ProblemOptions["extensions"]): string {
  return JSON.stringify({ type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, ...extensions });
}

/** An error answer as `application/problem+json`. */
export function problem(status: number, detail: string, options: ProblemOptions = {}): Response {
  return new Response(problemText(status, detail, options.extensions), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...options.headers },
  });
}
