import { logEntry } from "../../../../dist/plugins/message_bus/contract.js";
import { logEntryOf } from "../../log/entry.js";
import { readCommandLine, TYPED_TOPIC } from "../wire.js";
import { openBus } from "./bus.js";

const line = readCommandLine();
const bus = await openBus(line);
if (!(await bus.waitForSubscriber(TYPED_TOPIC, 10_000))) throw new Error("nobody subscribes");
for (let index = 0; index < line.count; index++) await bus.publish(TYPED_TOPIC, logEntry, logEntryOf(index));
await bus.close();
