import { countArrivals } from "../arrivals.js";
import { decodeTyped } from "../protobuf_envelope.js";
import { readCommandLine, say, TYPED_TOPIC } from "../wire.js";
import { subscribeAll } from "./sockets.js";

const { subscribePort, count, number } = readCommandLine();
const arrived = countArrivals(count * number);
subscribeAll(subscribePort, TYPED_TOPIC, number, ([, envelope]) => {
  decodeTyped(envelope);
  arrived();
});
say("ready");
