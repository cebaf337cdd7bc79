/** Broker, publisher and subscriber in one process. */
import { countArrivals } from "../arrivals.js";
import { READY, readCommandLine, TOPIC } from "../wire.js";
import { linkOptions, openPublisher, receiverOf, sendAll, startBroker } from "./engine.js";

const { option, count, frames } = readCommandLine();
const broker = await startBroker(option);
const subscriber = broker.attach(linkOptions(option), receiverOf({ onMessage: countArrivals(count) }));
subscriber.subscribe(TOPIC);
subscriber.subscribe(`${READY}0`);
const publisher = await openPublisher(1, (told) => broker.attach(linkOptions(option), receiverOf(told)));
await sendAll(publisher, TOPIC, frames[1], count);
