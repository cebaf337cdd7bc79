/** Publishes log entries as any program would: `node publisher.js <publish port> <subscribe port> <count>`. */
import { connectBus } from "../../../dist/plugins/message_bus/client.js";
import { logEntry } from "../../../dist/plugins/message_bus/contract.js";
import { systemClock } from "../../../dist/runtime/clock.js";
import { logEntryOf, sharedNow, TOPIC } from "./entry.js";

const [publishPort, subscribePort, count] = process.argv.slice(2).map(Number);
const bus = await connectBus({ publishPort, subscribePort, source: "bench", clock: systemClock });
if (!(await bus.waitForSubscriber(TOPIC, 5_000))) throw new Error("nobody subscribes");
const began = sharedNow();
for (let index = 0; index < count; index++) await bus.publish(TOPIC, logEntry, logEntryOf(index));
const published = sharedNow();
await bus.close();
process.stdout.write(JSON.stringify({ began, published }));
