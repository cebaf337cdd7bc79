import { busFile, type Contestant, portsInJson } from "./contestant.ts";
import { type CPrograms, NATS_SERVER } from "./toolchain.ts";

/** C programs around libzmq's zmq_proxy. */
export function libzmq(programs: CPrograms, security: "null" | "curve"): Contestant {
  return {
    name: security === "null" ? "C libzmq" : "C libzmq, CURVE",
    command: (program) => [programs.path(program), security],
    portsIn: portsInJson,
  };
}

/** zeromq.js on Node, its Proxy included. */
export function zeromqJs(node: string, sends: "pipelined" | "awaited", programs: CPrograms): Contestant {
  return {
    name: `zeromq.js, ${sends}`,
    command: (program) =>
      program === "idle" ? [programs.path(program), "null"] : [node, busFile(`zeromq/${program}.js`), sends],
    portsIn: portsInJson,
  };
}

/** Debian's nats-server with its Node client. It has a subject and a payload, whatever others have. */
export function nats(node: string): Contestant {
  const server = `${NATS_SERVER} --addr 127.0.0.1 --port -1 --config "$0" 2>&1`;
  return {
    name: "NATS",
    command: (program) =>
      program === "broker"
        ? ["sh", "-c", server, busFile("nats/nats-server.conf")]
        : [node, busFile(`nats/${program}.js`), "-"],
    portsIn(line) {
      const port = Number(/Listening for client connections on .*:(\d+)$/.exec(line)?.[1]);
      return Number.isNaN(port) ? undefined : { publish: port, subscribe: port };
    },
  };
}
