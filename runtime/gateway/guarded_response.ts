import { type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { problemText } from "./problem.ts";

/**
 * The adapter shows what fails while it writes a body (a stream that breaks before its first chunk, a body used twice)
 * with the error's own text. Here that becomes a problem document that leaks nothing.
 */
export class GuardedResponse extends ServerResponse {
  #chosen: number | undefined;
  #replaced = false;

  /** The status of the gateway's answer: a 500 that it did not choose is the adapter's. */
  choose(status: number): void {
    this.#chosen = status;
  }

  override writeHead(status: number, ...rest: unknown[]): this {
    this.#replaced = status === 500 && this.#chosen !== 500;
    if (this.#replaced) return super.writeHead(500, PROBLEM);
    return super.writeHead(status, ...(rest as [OutgoingHttpHeaders?]));
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

const PROBLEM: OutgoingHttpHeaders = { "content-type": "application/problem+json" };

function failureText(): string {
  return problemText(500, "The answer failed inside the server.");
}
