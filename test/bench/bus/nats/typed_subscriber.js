import { countArrivals } from "../arrivals.js";
import { decodeTyped } from "../protobuf_envelope.js";
import { readCommandLine, say, TYPED_TOPIC } from "../wire.js";
import { subscribeAll } from "./connection.js";

const { subscribePort, count, number } = readCommandLine();
const arrived = countArrivals(count * number);
await subscribeAll(subscribePort, TYPED_TOPIC, number, ({ data }) => {
  decodeTyped(data);
  arrived();
});
say("ready");
