import { measureRoundTrips } from "../round_trips.js";
import { readCommandLine, REPLY, REQUEST } from "../wire.js";
import { connect } from "./engine.js";

const line = readCommandLine();
let answered = () => undefined;
let hear;
const heard = new Promise((resolve) => (hear = resolve));
const link = await connect(line, {
  onMessage: () => answered(),
  onInterest: (prefix, active) => active && prefix === REQUEST && hear(),
});
link.subscribe(REPLY);
await heard;
await measureRoundTrips(line.count, line.number, () => {
  link.send(REQUEST, line.frames[0]);
  return new Promise((resolve) => (answered = resolve));
});
