import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BusMessage } from "../../../plugins/message_bus/contract.ts";
import { startBroker, type TestBroker } from "./test_broker.ts";

const publisher = fileURLToPath(new URL("burst_publisher.ts", import.meta.url));
const COUNT = 50_000;

async function burst(broker: TestBroker, highWaterMark: number): Promise<number> {
  const { publishPort, subscribePort } = broker.ports;
  const args = ["--import", "tsx", publisher, `${publishPort}`, `${subscribePort}`, `${COUNT}`, `${highWaterMark}`];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

test("a burst of 50,000 from another process arrives whole", async (context) => {
  const broker = await startBroker(context);
  const connection = await broker.attach();
  await connection.subscribe("logs.*", () => undefined);
  assert.equal(await burst(broker, 100_000), COUNT);
  await connection.flush();
  const { received, gaps } = connection.counters();
  assert.deepEqual([received, gaps], [COUNT, 0]);
});

test("of a burst through queues that are too small, received + counted = published", async (context) => {
  const broker = await startBroker(context, { highWaterMark: 500 });
  const connection = await broker.attach({ highWaterMark: 500 });
  const slow = (_message: BusMessage): void => {
    const until = performance.now() + 0.1;
    while (performance.now() < until);
  };
  await connection.subscribe("logs.*", slow);
  assert.equal(await burst(broker, 500), COUNT);
  await connection.flush();
  const { received, gaps } = connection.counters();
  assert.ok(gaps > 0, "the queues were too small");
  assert.equal(received + gaps, COUNT);
});
