/**
 * The default plugins with their default settings; another process publishes. From its first publish to the last row
 * committed: `node backplane.js <rows>`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createRuntime } from "../../../dist/mod.js";
import { database } from "../../../dist/plugins/database/contract.js";
import { finish } from "../harness/measure.js";
import { sharedNow, TOPIC } from "./entry.js";

/** Between two looks at the table. */
const LOOK_MS = 20;

const rows = Number(process.argv[2]);
const baseDir = mkdtempSync(join(tmpdir(), "backplane-bench-"));
process.on("exit", () => rmSync(baseDir, { recursive: true, force: true }));
const plugins = { database: {}, message_bus: { config: { publish_port: 0, subscribe_port: 0 } }, log_consumer: {} };
const runtime = createRuntime({
  baseDir,
  manifestObject: { core: { system: { data_dir: "data" }, api_gateway: { plugins } } },
});
await runtime.start();
const ports = await portsOfBroker();
const store = runtime.service(database);
const before = await lastId();
const delay = monitorEventLoopDelay({ resolution: 1 });
const program = fileURLToPath(new URL("publisher.js", import.meta.url));
const publishing = promisify(execFile)(process.execPath, [program, ...ports, String(rows)]);
// Not before: starting a process stands still by itself.
delay.enable();
while ((await lastId()) < before + rows) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
const ended = sharedNow();
delay.disable();
const { began, published } = JSON.parse((await publishing).stdout);
const counted = await store.execute("SELECT count(*) AS count FROM log_entries WHERE topic = ?", [TOPIC]);
const found = Number(counted.rows[0].count);
if (found !== rows) throw new Error(`${found} of ${rows} rows are in the table`);
const rssMb = process.memoryUsage.rss() / 2 ** 20;
await runtime.stop();
finish({
  rate: (rows * 1_000) / (ended - began),
  publishRate: (rows * 1_000) / (published - began),
  delayP99Ms: delay.percentile(99) / 1e6,
  delayMaxMs: delay.max / 1e6,
  rssMb,
});

async function lastId() {
  const { rows: last } = await store.execute("SELECT max(id) AS id FROM log_entries");
  return Number(last[0].id ?? 0);
}

async function portsOfBroker() {
  const token = readFileSync(join(baseDir, "data", "admin.token"), "utf8").trim();
  const request = new Request("http://localhost/api/v1/admin/plugins/message_bus/health", {
    headers: { authorization: `Bearer ${token}` },
  });
  const response = await runtime.fetch(request, { remoteAddress: "127.0.0.1" });
  const { detail } = await response.json();
  return [detail.publish, detail.subscribe].map((endpoint) => endpoint.split(":").at(-1));
}
