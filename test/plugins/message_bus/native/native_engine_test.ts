import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type { BrokerOptions } from "../../../../plugins/message_bus/engine.ts";
import { zeromqEngine } from "../../../../plugins/message_bus/native/native_engine.ts";
import { connectionContract } from "../connection_contract.ts";
import { consumerBusContract } from "../consumer_bus_contract.ts";
import { engineContract } from "../engine_contract.ts";
import { requestsContract } from "../requests_contract.ts";

const options: BrokerOptions = {
  host: "127.0.0.1",
  publishPort: 0,
  subscribePort: 0,
  highWaterMark: 1_000,
  maxFrameBytes: 1_000_000,
};
const silent = {
  onMessage: () => undefined,
  onMalformed: () => undefined,
  onStanding: () => undefined,
  onInterest: () => undefined,
};
const run = promisify(execFile);

describe("over libzmq", () => {
  engineContract(zeromqEngine);
  connectionContract(zeromqEngine);
  requestsContract(zeromqEngine);
  consumerBusContract(zeromqEngine);
});

for (const runtime of ["bun", "deno"] as const) {
  test(`the engine is refused on ${runtime} without loading the addon`, async () => {
    const engine = zeromqEngine(runtime);
    await assert.rejects(engine.startBroker(options), { code: "BUS_ENGINE_UNSUPPORTED" });
    const endpoints = { publish: "tcp://127.0.0.1:1", subscribe: "tcp://127.0.0.1:2" };
    await assert.rejects(engine.connect(endpoints, options, silent), { code: "BUS_ENGINE_UNSUPPORTED" });
  });
}

test("importing the plugin loads no addon", async () => {
  const script = `
    await import("./plugins/message_bus/plugin.ts");
    await import("./plugins/message_bus/client.ts");
    const { createRequire } = await import("node:module");
    const loaded = Object.keys(createRequire(import.meta.url).cache ?? {}).some((file) => file.includes("zeromq"));
    const addons = process.report.getReport().sharedObjects.some((file) => file.includes("zeromq"));
    process.stdout.write(String(loaded || addons));`;
  const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  assert.equal(stdout, "false");
});

test("a process that exits while its broker runs does not hang", async () => {
  const script = `
    const { zeromqEngine } = await import("./plugins/message_bus/native/native_engine.ts");
    await zeromqEngine().startBroker(${JSON.stringify(options)});
    process.exit(7);`;
  const attempt = run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { timeout: 20_000 });
  await assert.rejects(attempt, { code: 7 });
});
