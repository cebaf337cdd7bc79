import { readCommandLine, REPLY, REQUEST, say } from "../wire.js";
import { awaitSubscription, openPublisher, openSubscriber } from "./sockets.js";

const { publishPort, subscribePort } = readCommandLine();
const publisher = openPublisher(publishPort);
const subscriber = openSubscriber(subscribePort);
say("ready");
// Who sees the subscription to requests knows that replies will arrive.
await awaitSubscription(publisher, REPLY);
subscriber.subscribe(REQUEST);
for await (const [, body] of subscriber) await publisher.send([REPLY, body]);
