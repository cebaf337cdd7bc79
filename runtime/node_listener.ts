import { type Receiver, receiver } from "./gateway/receiver.ts";
import type { Runtime } from "./handle.ts";

/**
 * Mounts a runtime in a program's own node:http server: `createServer(nodeListener(runtime))`, or a route of Express.
 * Tells the runtime the peer's address, and refuses what only the head as it came over the wire can tell.
 */
export function nodeListener(runtime: Pick<Runtime, "fetch">): Receiver {
  return receiver((request, origin) => runtime.fetch(request, origin));
}
