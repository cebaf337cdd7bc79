import { readCommandLine, REPLY, REQUEST, say } from "../wire.js";
import { connect } from "./engine.js";

const link = await connect(readCommandLine(), {
  onMessage: (_topic, body) => link.send(REPLY, body),
  // Who sees the subscription to requests knows that replies will arrive.
  onInterest: (prefix, active) => active && prefix === REPLY && link.subscribe(REQUEST),
});
say("ready");
