import { connectBus } from "../../../../dist/plugins/message_bus/client.js";
import { systemClock } from "../../../../dist/runtime/clock.js";
import { engine, identityOf, SOURCE } from "./engine.js";

/** The bus as a program has it. */
export function openBus({ option, publishPort, subscribePort }) {
  const options = { engine, publishPort, subscribePort, source: SOURCE, clock: systemClock };
  return connectBus({ ...options, ...identityOf(option) });
}
