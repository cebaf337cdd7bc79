/** libzmq's proxy in a thread of Node's. */
import { Proxy, XPublisher, XSubscriber } from "zeromq";
import { say } from "../wire.js";

const front = new XSubscriber({ receiveHighWaterMark: 0 });
const back = new XPublisher({ sendHighWaterMark: 0, backlog: 2_048 });
await front.bind("tcp://127.0.0.1:*");
await back.bind("tcp://127.0.0.1:*");
const portOf = ({ lastEndpoint }) => Number(lastEndpoint.split(":").at(-1));
say(JSON.stringify({ publish: portOf(front), subscribe: portOf(back) }));
await new Proxy(front, back).run();
