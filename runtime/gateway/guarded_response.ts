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
    if (this.#replaced) return super.writeHead(500, { "content-type": "application/problem+json" });
    return super.writeHead(status, ...(rest as [OutgoingHttpHeaders?]));
  }

  override end(...values: unknown[]): this {
    if (this.#replaced) return super.end(problemText(500, "The answer failed inside the server."));
    return super.end(...(values as [never]));
  }
}
