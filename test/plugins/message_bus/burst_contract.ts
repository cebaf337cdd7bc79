import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { engineFor, type EngineSetting } from "../../../plugins/message_bus/engine_choice.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { runtimeArguments } from "../../this_runtime.ts";
import { brokersOn, type TestBroker } from "./test_broker.ts";

const programs = {
  publisher: fileURLToPath(new URL("burst_publisher.ts", import.meta.url)),
  reader: fileURLToPath(new URL("burst_reader.ts", import.meta.url)),
};
const COUNT = 50_000;

function argumentsOf(program: keyof typeof programs, broker: TestBroker, highWaterMark: number): string[] {
  const { publishPort, subscribePort } = broker.ports;
  const numbers = [publishPort, subscribePort, highWaterMark].map(String);
  return runtimeArguments(programs[program], ...numbers, broker.engine.name, String(COUNT));
}

async function publishFromOutside(broker: TestBroker, highWaterMark: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, argumentsOf("publisher", broker, highWaterMark));
  return Number(stdout);
}

interface Reader {
  /** What it has received and counted as lost. */
  end(): Promise<{ readonly received: number; readonly gaps: number }>;
}

/** A slow one, in a process of its own. */
async function readOutside(context: TestContext, broker: TestBroker, highWaterMark: number): Promise<Reader> {
  const options = { stdio: ["pipe", "pipe", "inherit"] as ["pipe", "pipe", "inherit"] };
  const child = spawn(process.execPath, argumentsOf("reader", broker, highWaterMark), options);
  context.after(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    async end() {
      const told = once(lines, "line") as Promise<[string]>;
      child.stdin.end();
      return JSON.parse((await told)[0]) as { received: number; gaps: number };
    },
  };
}

/** What an engine keeps when other processes press it. */
export function burstContract(setting: EngineSetting): void {
  const startBroker = brokersOn(() => engineFor(setting, systemClock));

  test(`a burst of ${COUNT} from another process arrives whole`, async (context) => {
    const broker = await startBroker(context);
    const connection = await broker.attach();
    await connection.subscribe("logs.*", () => undefined);
    assert.equal(await publishFromOutside(broker, 100_000), COUNT);
    await connection.flush();
    const { received, gaps } = connection.counters();
    assert.deepEqual([received, gaps], [COUNT, 0]);
  });

  test("of a burst through queues that are too small, received + counted = published", async (context) => {
    const broker = await startBroker(context, { highWaterMark: 500 });
    const reader = await readOutside(context, broker, 500);
    assert.equal(await publishFromOutside(broker, 500), COUNT);
    const { received, gaps } = await reader.end();
    assert.ok(gaps > 0, "the queues were too small");
    assert.equal(received + gaps, COUNT);
  });
}
