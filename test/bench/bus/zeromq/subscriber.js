import { countArrivals } from "../arrivals.js";
import { readCommandLine, say, TOPIC } from "../wire.js";
import { subscribeAll } from "./sockets.js";

const { subscribePort, count, number } = readCommandLine();
subscribeAll(subscribePort, TOPIC, number, countArrivals(count * number));
say("ready");
