import { type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { problemText } from "./problem.ts";
import { securityHeaders } from "./security_headers.ts";

/**
 * The listener's own response. Whatever is sent has the security headers, written together with the answer's own: set
 * one by one before, each costs as much again. And the adapter shows what fails while it writes a body (a stream that
 * breaks before its first chunk, a body used twice) with the error's own text: here that becomes a problem document
 * that leaks nothing.
 */
export class GuardedResponse extends ServerResponse {
  #chosen: number | undefined;
  #replaced = false;
  #isEventStream = false;

  /** Whether it has begun to send events: that never ends by itself. */
  get isEventStream(): boolean {
    return this.#isEventStream;
  }

  /** The status of the gateway's answer: a 500 that it did not choose is the adapter's. */
  choose(status: number): void {
    this.#chosen = status;
  }

  // The adapter and the receiver give headers as an object, node:http itself none; nobody else writes a head here.
  override writeHead(status: number, headers?: unknown): this {
    this.#replaced = status === 500 && this.#chosen !== 500;
    const merged = withSecurityHeaders(this.#replaced ? PROBLEM : headers);
    this.#isEventStream = String(merged["content-type"]).startsWith("text/event-stream");
    return super.writeHead(status, merged);
  }

  override end(...values: unknown[]): this {
    if (this.#replaced) return super.end(failureText());
    return super.end(...(values as [never]));
  }
}

/**
 * The same for a response that a host's own server has made.
 * @param chosen the status of the gateway's answer
 */
export function guardResponse(outgoing: ServerResponse, chosen: number): void {
  if (chosen === 500) return;
  const writeHead = outgoing.writeHead.bind(outgoing) as (status: number, ...rest: unknown[]) => ServerResponse;
  const end = outgoing.end.bind(outgoing) as (...values: unknown[]) => ServerResponse;
  let replaced = false;
  outgoing.writeHead = (status: number, ...rest: unknown[]) => {
    replaced = status === 500;
    return replaced ? writeHead(500, PROBLEM) : writeHead(status, ...rest);
  };
  outgoing.end = (...values: unknown[]) => (replaced ? end(failureText()) : end(...values));
}

/** What the answer says itself stands in the place of ours. */
function withSecurityHeaders(headers: unknown): OutgoingHttpHeaders {
  const merged: OutgoingHttpHeaders = { ...securityHeaders };
  const own = headers as OutgoingHttpHeaders;
  for (const name in own) merged[name.toLowerCase()] = own[name];
  return merged;
}

const PROBLEM: OutgoingHttpHeaders = { "content-type": "application/problem+json" };

function failureText(): string {
  return problemText(500, "The answer failed inside the server.");
}
