/** A process of its own that publishes `count` lines on logs.burst: burst_publisher.ts <publish port> <subscribe port> <count> <hwm> */
import { connectBus } from "../../../plugins/message_bus/client.ts";
import { logEntry } from "../../../plugins/message_bus/contract.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { line } from "./test_broker.ts";

const [publishPort = 0, subscribePort = 0, count = 0, highWaterMark = 0] = process.argv.slice(2).map(Number);
const client = await connectBus({ publishPort, subscribePort, highWaterMark, source: "burst", clock: systemClock });
await client.waitForSubscriber("logs.burst", 10_000);
for (let index = 0; index < count; index += 1) await client.publish("logs.burst", logEntry, line);
await client.close();
process.stdout.write(String(client.counters().published));
