/**
 * A process of its own that publishes `count` lines of 1 KiB on logs.burst: burst_publisher.ts <publish port>
 * <subscribe port> <hwm> <engine> <count>
 */
import { connectBus } from "../../../plugins/message_bus/client.ts";
import { logEntry } from "../../../plugins/message_bus/contract.ts";
import { engineFor, type EngineSetting } from "../../../plugins/message_bus/engine_choice.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { line } from "./test_broker.ts";

const [publishPort = 0, subscribePort = 0, highWaterMark = 0] = process.argv.slice(2).map(Number);
const engine = engineFor(process.argv[5] as EngineSetting, systemClock);
const client = await connectBus({
  publishPort,
  subscribePort,
  highWaterMark,
  engine,
  source: "burst",
  clock: systemClock,
});
await client.waitForSubscriber("logs.burst", 10_000);
const entry = { ...line, message: "x".repeat(1_024) };
for (let left = Number(process.argv[6]); left > 0; left -= 1) await client.publish("logs.burst", logEntry, entry);
await client.close();
process.stdout.write(String(client.counters().published));
