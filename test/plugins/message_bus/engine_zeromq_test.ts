import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { BrokerOptions } from "../../../plugins/message_bus/engine.ts";
import { zeromqEngine } from "../../../plugins/message_bus/engine_zeromq.ts";
import { startBroker } from "./test_broker.ts";

const options: BrokerOptions = {
  host: "127.0.0.1",
  publishPort: 0,
  subscribePort: 0,
  highWaterMark: 1_000,
  maxFrameBytes: 1_000_000,
};
const silent = { onMessage: () => undefined, onInterest: () => undefined };
const run = promisify(execFile);

for (const runtime of ["bun", "deno"]) {
  test(`the engine is refused on ${runtime} without loading the addon`, async () => {
    const engine = zeromqEngine({ [runtime]: "1.0.0" });
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

for (const setting of ["publish", "subscribe"] as const) {
  test(`a ${setting} port in use is told with the setting that changes it`, async (context) => {
    const taken = await startBroker(context);
    const port = taken.ports.subscribePort;
    const attempt = zeromqEngine().startBroker({ ...options, [`${setting}Port`]: port });
    await assert.rejects(attempt, (error: Error & { code: string; remedy: string }) => {
      assert.equal(error.code, "BUS_PORT_IN_USE");
      assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} is in use`));
      assert.match(error.remedy, new RegExp(`${setting}_port`));
      return true;
    });
  });
}

test("a number that is no port is refused, for libzmq would take another", async () => {
  for (const publishPort of [99_999, -1, 1.5]) {
    await assert.rejects(zeromqEngine().startBroker({ ...options, publishPort }), { code: "BUS_BIND_FAILED" });
  }
});

test("an address other than loopback is refused", async () => {
  for (const host of ["0.0.0.0", "*", "::", "192.0.2.1", "localhost.example"]) {
    await assert.rejects(zeromqEngine().startBroker({ ...options, host }), { code: "BUS_BIND_FAILED" });
  }
});

test("when close() resolves the ports are free", async (context) => {
  const first = await startBroker(context);
  for (let round = 0; round < 10; round += 1) {
    const { broker } = round === 0 ? first : await startBroker(context, first.ports);
    assert.equal(broker.alive, true);
    await broker.close();
    assert.equal(broker.alive, false);
  }
});

test("a process that exits while its broker runs does not hang", async () => {
  const script = `
    const { zeromqEngine } = await import("./plugins/message_bus/engine_zeromq.ts");
    await zeromqEngine().startBroker(${JSON.stringify(options)});
    process.exit(7);`;
  const attempt = run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { timeout: 20_000 });
  await assert.rejects(attempt, { code: 7 });
});
