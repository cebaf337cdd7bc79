import { logEntry } from "../../../../dist/plugins/message_bus/contract.js";
import { countArrivals } from "../arrivals.js";
import { readCommandLine, say, TYPED_TOPIC } from "../wire.js";
import { openBus } from "./bus.js";

const line = readCommandLine();
const arrived = countArrivals(line.count);
const bus = await openBus(line);
const receive = (message) => {
  message.decode(logEntry);
  arrived();
};
await bus.subscribe(TYPED_TOPIC, receive, { queueLimit: line.count });
say("ready");
