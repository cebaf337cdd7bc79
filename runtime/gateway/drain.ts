import type { Server, Socket } from "node:net";
import type { GuardedResponse } from "./guarded_response.ts";

/** What a server has open: Node's own list leaves out connections that never sent anything. */
export class OpenWork {
  readonly sockets = new Set<Socket>();
  /** Answers not yet sent to their end. */
  readonly answers = new Set<GuardedResponse>();
  /** One for all, for it is added to every answer. */
  readonly #sent: (this: GuardedResponse) => void;

  constructor() {
    const { answers } = this;
    this.#sent = function () {
      answers.delete(this);
    };
  }

  connected(socket: Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
  }

  asked(outgoing: GuardedResponse): void {
    this.answers.add(outgoing);
    outgoing.on("close", this.#sent);
  }

  /** The requests that are not answered to their end, the oldest first: `GET /api/v1/logs`, without the query. */
  get requests(): readonly string[] {
    return [...this.answers].map(({ req }) => `${req.method} ${req.url?.replace(/[?#].*$/s, "")}`);
  }
}

/**
 * Closes a server without cutting answers short: connections without a request and streams of events end at once, for
 * they would never end by themselves; other answers have until the deadline.
 * @returns how many answers were cut off then
 */
export function drain(server: Server, open: OpenWork, drainMs: number): Promise<number> {
  return new Promise((resolve) => {
    let cut = 0;
    const deadline = setTimeout(() => {
      cut = open.answers.size;
      for (const socket of open.sockets) socket.destroy();
    }, drainMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve(cut);
    });
    const busy = new Set<Socket | null>();
    for (const outgoing of open.answers) {
      busy.add(outgoing.socket);
      finish(outgoing);
    }
    for (const socket of open.sockets) if (!busy.has(socket)) socket.destroy();
  });
}

/** Makes this answer the last one on its connection. */
function finish(outgoing: GuardedResponse): void {
  if (!outgoing.headersSent) {
    // The head still to be sent says so.
    outgoing.shouldKeepAlive = false;
    return;
  }
  const { socket } = outgoing;
  outgoing.once("finish", () => socket?.end());
  if (outgoing.isEventStream) outgoing.end();
}
