import { logEntryOf } from "../../log/entry.js";
import { encodeTyped } from "../protobuf_envelope.js";
import { readCommandLine, TYPED_TOPIC } from "../wire.js";
import { open, publishAll } from "./connection.js";

const { publishPort, count } = readCommandLine();
await publishAll(await open(publishPort), TYPED_TOPIC, count, (index) => encodeTyped(logEntryOf(index)));
