import type { Server, ServerResponse } from "node:http";

/**
 * Closes a server without cutting answers short: streams of events end at once, for they would never end by
 * themselves; other answers have until the deadline.
 * @param open the answers not yet sent to their end
 */
export function drain(server: Server, open: ReadonlySet<ServerResponse>, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    for (const outgoing of open) release(outgoing);
    server.closeIdleConnections();
  });
}

function release(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) {
    // The client learns that this was the last answer on its connection.
    outgoing.shouldKeepAlive = false;
    return;
  }
  if (String(outgoing.getHeader("content-type")).startsWith("text/event-stream")) outgoing.end();
}
