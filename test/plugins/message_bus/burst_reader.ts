/**
 * A process of its own that takes its time for each line on logs.*: burst_reader.ts <publish port> <subscribe port>
 * <hwm> <engine>. It says "ready"; when its input ends it tells what it received and counted as lost.
 */
import { connectBus } from "../../../plugins/message_bus/client.ts";
import { engineFor, type EngineSetting } from "../../../plugins/message_bus/engine_choice.ts";
import { systemClock } from "../../../runtime/clock.ts";

const [publishPort = 0, subscribePort = 0, highWaterMark = 0] = process.argv.slice(2).map(Number);
const engine = engineFor(process.argv[5] as EngineSetting, systemClock);
const place = { publishPort, subscribePort, highWaterMark, engine, deadlineMs: 30_000 };
const client = await connectBus({ ...place, source: "reader", clock: systemClock });
await client.subscribe("logs.*", () => {
  const until = performance.now() + 0.1;
  while (performance.now() < until);
});
process.stdout.write("ready\n");
for await (const _ of process.stdin);
await client.flush();
const { received, gaps } = client.counters();
process.stdout.write(`${JSON.stringify({ received, gaps })}\n`);
await client.close();
