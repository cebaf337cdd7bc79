import { checkRuntime } from "./check_arguments.ts";
import type { Receiver } from "./gateway/receiver.ts";
import type { Runtime } from "./handle.ts";

/**
 * Mounts a runtime in a program's own node:http server: `createServer(nodeListener(runtime))`, or a route of Express.
 * Tells the runtime the peer's address, and refuses what only the head as it came over the wire can tell.
 * @throws RUNTIME_ARGUMENT_INVALID
 */
export function nodeListener(runtime: Pick<Runtime, "fetch">): Receiver {
  checkRuntime("mount the runtime", runtime, "fetch");
  // Only here: most hosts let the runtime listen, or have a fetch() of their own.
  const receiving = import("./gateway/receiver.ts").then(({ receiver }) =>
    receiver((request, origin) => runtime.fetch(request, origin)),
  );
  // Each request is told of what fails here; a process in which none has come yet must not end of it.
  receiving.catch(() => undefined);
  return (incoming, outgoing, next = (failure) => void outgoing.destroy(failure as Error)) => {
    receiving.then((receive) => receive(incoming, outgoing)).catch(next);
  };
}
