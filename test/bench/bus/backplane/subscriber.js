import { countArrivals } from "../arrivals.js";
import { READY, readCommandLine, say, TOPIC } from "../wire.js";
import { connect } from "./engine.js";

const line = readCommandLine();
const onMessage = countArrivals(line.count * line.number);
for (let index = 0; index < line.number; index++) {
  const link = await connect(line, { onMessage });
  link.subscribe(TOPIC);
  link.subscribe(`${READY}${index}`);
}
say("ready");
