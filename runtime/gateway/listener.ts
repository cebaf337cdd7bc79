import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { BackplaneError, reasonOf } from "../errors.ts";
import { errnoOf } from "../file_error.ts";
import { missingListenFlag } from "../host.ts";
import { drain, OpenWork } from "./drain.ts";
import { GuardedResponse } from "./guarded_response.ts";
import type { GatewayFetch } from "./receiver.ts";

/** Milliseconds. */
export interface ListenerTimeouts {
  /** Until the head of a request must be there. */
  readonly headersMs: number;
  /** Until the whole request must be there. */
  readonly requestMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  /** How often the first two are looked at. */
  readonly checkMs: number;
}

export const listenerTimeouts: ListenerTimeouts = Object.freeze({
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 5_000,
  checkMs: 5_000,
});

export interface ListenOptions {
  readonly fetch: GatewayFetch;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly timeouts?: Partial<ListenerTimeouts>;
  readonly maxConnections?: number;
}

export interface Listener {
  /** The address bound, not the name it was asked for by. */
  readonly address: string;
  readonly port: number;
  readonly url: string;
  /**
   * Stops accepting, ends idle connections and event streams at once, waits for requests in flight for at most
   * `drainMs`, then ends what is left. Resolves when the last connection is gone; safe to call twice.
   * @returns how many answers were cut off
   */
  close(drainMs: number): Promise<number>;
  /** The requests that are not answered to their end, the oldest first: `GET /api/v1/logs`, without the query. */
  readonly requests: readonly string[];
}

/**
 * Opens the one HTTP listener, on node:http in every runtime: it is the one with a deadline for headers.
 * @throws GATEWAY_PORT_IN_USE, GATEWAY_LISTEN_FAILED
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const timeouts = { ...listenerTimeouts, ...options.timeouts };
  const open = new OpenWork();
  // Only here: a host that hands requests to fetch() itself needs no server library.
  const { receiver } = await import("./receiver.ts");
  const receive = receiver(options.fetch);
  const server = createServer(
    {
      ServerResponse: GuardedResponse,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
      // Answered by us, as a problem document.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      open.asked(outgoing);
      receive(incoming, outgoing)?.catch((error: Error) => outgoing.destroy(error));
    },
  );
  server.on("connection", (socket) => open.connected(socket));
  // Node would leave out the rest, which no guard then sees. The size of the head, 16 KiB, bounds them too.
  server.maxHeadersCount = 0;
  server.maxConnections = options.maxConnections ?? 10_000;
  await bind(server, options);
  const { address, port } = server.address() as AddressInfo;
  let closing: Promise<number> | undefined;
  return {
    address,
    port,
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    close: (drainMs) => (closing ??= drain(server, open, drainMs)),
    get requests() {
      return open.requests;
    },
  };
}

function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  const name = host.replace(/^\[|\]$/g, "");
  const flag = missingListenFlag(name, port);
  if (flag !== undefined) return Promise.reject(notPermitted(flag, host, port));
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen({ host: name, port }, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function notPermitted(flag: string, host: string, port: number): BackplaneError {
  const message = `Cannot listen on ${host} port ${port}: the process may not.`;
  return new BackplaneError("GATEWAY_LISTEN_FAILED", message, {
    remedy: `Start Deno with ${flag}.`,
    details: { host, port },
  });
}

function listenError(error: Error, host: string, port: number): BackplaneError {
  const details = { host, port };
  if (errnoOf(error) === "EADDRINUSE") {
    return new BackplaneError("GATEWAY_PORT_IN_USE", `Cannot listen on ${host} port ${port}: it is in use.`, {
      remedy: "Stop the program that holds it, or set core.api_gateway.port to a free one.",
      details,
      cause: error,
    });
  }
  const remedy =
    errnoOf(error) === "EACCES"
      ? "Set core.api_gateway.port to 1024 or above, or give the process the right to bind lower ones."
      : "Set core.api_gateway.host to an address of this machine.";
  return new BackplaneError("GATEWAY_LISTEN_FAILED", `Cannot listen on ${host} port ${port}: ${reasonOf(error)}.`, {
    remedy,
    details,
    cause: error,
  });
}
