/** What the gateway is told about a request besides the request itself. */
export interface RequestOrigin {
  /** The peer's IP address; a request without one counts as non-loopback. */
  readonly remoteAddress?: string | undefined;
  /** Set by the listener, which has checked the request line and set the security headers. */
  readonly wire?: Wire;
}

export interface Wire {
  /** A header's value; reads it without building the request's Headers, which costs as much as a small handler. */
  header(name: string): string | undefined;
  /** A fetch Request cannot tell an absent body from an empty one. */
  readonly hasBody: boolean;
  /** Calls once, when the answer has been sent to its end or the peer has gone; at once if that was before. */
  onEnd(callback: () => void): void;
}

/** A request's header, read the cheaper way there is. */
export function headerOf(request: Request, origin: RequestOrigin, name: string): string | undefined {
  return origin.wire === undefined ? (request.headers.get(name) ?? undefined) : origin.wire.header(name);
}
