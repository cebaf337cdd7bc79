import { readCommandLine } from "../wire.js";
import { awaitSubscribers, openPublisher, sendAll } from "./sockets.js";

const { option, publishPort, count, number, frames } = readCommandLine();
const publisher = openPublisher(publishPort);
await awaitSubscribers(publisher, number);
await sendAll(publisher, count, option, () => frames);
