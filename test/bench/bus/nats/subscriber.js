import { countArrivals } from "../arrivals.js";
import { readCommandLine, say, TOPIC } from "../wire.js";
import { subscribeAll } from "./connection.js";

const { subscribePort, count, number } = readCommandLine();
await subscribeAll(subscribePort, TOPIC, number, countArrivals(count * number));
say("ready");
