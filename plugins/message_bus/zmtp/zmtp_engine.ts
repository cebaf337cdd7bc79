import type { Clock } from "../../../mod.ts";
import type { BusEngine } from "../engine.ts";

/**
 * The engine that speaks ZMTP 3.1 (RFC 37) over node:net: the same on Node, Bun and Deno. In layers, each of which knows
 * the one below it only:
 *
 * - bytes to frames and messages: frame, message_reader; to bytes: outgoing, frame_sender
 * - the mechanism: greeting, command, mechanism, null_mechanism, curve/, handshake; sealed_reader opens what it sealed
 * - a session, which is one connection from its greeting to its end: session, heartbeat
 * - its role: publisher_connection and subscriber_connection at the broker, publishing_end and subscribing_end at a
 *   client; subscription and standing are what they tell each other
 * - the broker: exchange (who gets what; prefix_trie), admission (who may come in; source_check), zmtp_broker, listener
 * - links, as the bus has them: zmtp_link over sockets (dialer), local_link without
 */
export function zmtpEngine(clock: Clock): BusEngine {
  return {
    name: "zmtp",
    verifiesSource: true,
    startBroker: async (options) => (await import("./zmtp_broker.ts")).ZmtpBroker.listen(options, clock),
    connect: async (...call) => (await import("./zmtp_connect.ts")).connect(...call, clock),
  };
}
