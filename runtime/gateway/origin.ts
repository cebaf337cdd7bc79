/** What the gateway is told about a request besides the request itself. */
export interface RequestOrigin {
  /** The peer's IP address; a request without one counts as non-loopback. */
  readonly remoteAddress?: string | undefined;
  /** Set by the listener, which has checked the request line and set the security headers. */
  readonly wire?: Wire;
}

export interface Wire {
  /** A fetch Request cannot tell an absent body from an empty one. */
  readonly hasBody: boolean;
  /** Calls once, when the answer has been sent to its end or the peer has gone. */
  onEnd(callback: () => void): void;
}
