/**
 * A process of its own with a broker, so that its memory can be seen: slow_broker.ts <high-water mark>. It prints its
 * endpoints as JSON, then for each line of its input what it knows of itself; it ends with its input.
 */
import { createInterface } from "node:readline";
import { zmtpEngine } from "../../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../../runtime/clock.ts";
import { KeyedPeers } from "./keyed_peers.ts";

const peers = new KeyedPeers({ anonymous: true });
const broker = await zmtpEngine(systemClock).startBroker({
  host: "127.0.0.1",
  publishPort: 0,
  subscribePort: 0,
  highWaterMark: Number(process.argv[2]),
  maxFrameBytes: 1_048_576,
  peers,
});
process.stdout.write(`${JSON.stringify(broker.endpoints)}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  const { counters } = peers.anonymous!;
  process.stdout.write(`${JSON.stringify({ ...counters, ...broker.counters, rss: process.memoryUsage().rss })}\n`);
}
await broker.close();
