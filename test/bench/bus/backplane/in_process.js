/** Broker, publisher and subscriber in one process. */
import { countArrivals } from "../arrivals.js";
import { READY, readCommandLine, TOPIC } from "../wire.js";
import { linkOptions, openPublisher, receiverOf, sendAll, startBroker } from "./engine.js";

const { count, frames } = readCommandLine();
const broker = await startBroker();
const subscriber = broker.attach(linkOptions("null"), receiverOf({ onMessage: countArrivals(count) }));
subscriber.subscribe(TOPIC);
subscriber.subscribe(`${READY}0`);
const publisher = await openPublisher(1, (told) => broker.attach(linkOptions("null"), receiverOf(told)));
await sendAll(publisher, TOPIC, frames[1], count);
