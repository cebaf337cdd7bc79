// A program of its own: publishes numbered log entries. Arguments: publish port, subscribe port, count.
import { systemClock } from "../../runtime/clock.ts";
import { connectBus } from "../../plugins/message_bus/client.ts";
import { logEntry } from "../../plugins/message_bus/contract.ts";

const [publishPort, subscribePort, count] = process.argv.slice(2).map(Number) as [number, number, number];
const bus = await connectBus({ publishPort, subscribePort, source: "publisher", clock: systemClock });
const topic = "logs.system.publisher";
for (let number = 1; number <= count; number++) {
  const entry = {
    time: Date.now(),
    level: "info",
    subsystem: "system",
    module: "publisher",
    message: `entry ${number}`,
    topic,
  };
  await bus.publish(topic, logEntry, { ...entry, level: "info" });
}
await bus.close();
process.stdout.write(`${bus.counters().published}\n`);
