import { measureRoundTrips } from "../round_trips.js";
import { readCommandLine, REPLY, REQUEST } from "../wire.js";
import { awaitSubscription, openPublisher, openSubscriber } from "./sockets.js";

const { publishPort, subscribePort, count, number, frames } = readCommandLine();
const publisher = openPublisher(publishPort);
const subscriber = openSubscriber(subscribePort);
subscriber.subscribe(REPLY);
await awaitSubscription(publisher, REQUEST);
await measureRoundTrips(count, number, async () => {
  await publisher.send([REQUEST, ...frames]);
  await subscriber.receive();
});
