import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestOrigin, Wire } from "./origin.ts";

/** A request's origin as the listener knows it. One object without closures, for it is made for every request. */
export class WireOrigin implements RequestOrigin, Wire {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  get wire(): Wire {
    return this;
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }

  get hasBody(): boolean {
    const length = this.header("content-length");
    return this.header("transfer-encoding") !== undefined || (length !== undefined && length !== "0");
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  onEnd(callback: () => void): void {
    if (this.#outgoing.destroyed) callback();
    else this.#outgoing.once("close", callback);
  }
}
