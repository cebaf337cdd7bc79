import { connect, type Socket } from "node:net";

/** A TCP client that sees the bytes: what fetch would tidy up before sending goes out as it is. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly text: () => string;
  /** Resolves when the text received matches; rejects when the connection ends before. */
  readonly received: (pattern: RegExp) => Promise<string>;
  readonly closed: Promise<void>;
}

export function rawConnection(port: number, head = ""): RawConnection {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString("latin1")));
  // A reset is one of the ways a server ends a connection.
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  if (head !== "") socket.write(head);
  const received = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(text)) resolve(text);
      };
      socket.on("data", look);
      socket.on("close", () => reject(new Error(`the connection ended after ${JSON.stringify(text)}`)));
      look();
    });
  return { socket, text: () => text, received, closed };
}

/** Sends one request whose connection the server shall close, and reads to the end. */
export async function rawRequest(port: number, head: string): Promise<string> {
  const connection = rawConnection(port, head);
  await connection.closed;
  return connection.text();
}

export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
}
