import { logEntryOf } from "../../log/entry.js";
import { encodeTyped } from "../protobuf_envelope.js";
import { readCommandLine, TYPED_TOPIC } from "../wire.js";
import { awaitSubscribers, openPublisher, sendAll } from "./sockets.js";

const { option, publishPort, count, number } = readCommandLine();
const publisher = openPublisher(publishPort);
await awaitSubscribers(publisher, number);
await sendAll(publisher, count, option, (index) => [TYPED_TOPIC, encodeTyped(logEntryOf(index))]);
