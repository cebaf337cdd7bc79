import { measureRoundTrips } from "../round_trips.js";
import { readCommandLine, REPLY, REQUEST } from "../wire.js";
import { open } from "./connection.js";

const { publishPort, count, number, frames } = readCommandLine();
const connection = await open(publishPort);
let answered;
connection.subscribe(REPLY, { callback: () => answered() });
await connection.flush();
await measureRoundTrips(
  count,
  number,
  () =>
    new Promise((resolve) => {
      answered = resolve;
      connection.publish(REQUEST, frames[0]);
    }),
);
