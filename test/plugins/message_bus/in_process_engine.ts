import type { Broker, BusEngine } from "../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../runtime/clock.ts";

/**
 * The engine's path inside one process: a client of a broker that runs here is attached to it. Where none runs, it comes
 * over the socket, as from another process.
 */
export function inProcessEngine(): BusEngine {
  const engine = zmtpEngine(systemClock);
  const brokers = new Set<Broker>();
  return {
    ...engine,
    async startBroker(options) {
      const broker = await engine.startBroker(options);
      brokers.add(broker);
      return broker;
    },
    async connect(endpoints, options, receiver) {
      const here = Array.from(brokers).find(
        ({ alive, endpoints: { publish } }) => alive && publish === endpoints.publish,
      );
      return here?.attach(options, receiver) ?? engine.connect(endpoints, options, receiver);
    },
  };
}
