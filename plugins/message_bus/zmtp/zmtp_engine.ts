import type { Clock } from "../../../mod.ts";
import type { BusEngine } from "../engine.ts";

/** The engine that speaks ZMTP 3.1 (RFC 37) over node:net: the same on Node, Bun and Deno. */
export function zmtpEngine(clock: Clock): BusEngine {
  return {
    name: "zmtp",
    verifiesSource: true,
    startBroker: async (options) => (await import("./zmtp_broker.ts")).ZmtpBroker.listen(options, clock),
    connect: async (...call) => (await import("./zmtp_connect.ts")).connect(...call, clock),
  };
}
