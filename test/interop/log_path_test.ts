import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CommandLine, freePorts, jsonLines, run, writeCore } from "../system/command_line.ts";
import { until } from "../system/instance.ts";
import { tempDir } from "../temp_dir.ts";

const client = fileURLToPath(new URL("zmq_client.py", import.meta.url));
const TOPICS = ["logs.python.interop", "logs/backend/main/v1"];

for (const engine of ["zmtp", "native"]) {
  test(`what a Python client logs that knows only the field numbers, \`backplane logs\` shows: ${engine}`, async (t) => {
    const folder = await tempDir(t);
    const [publish_port, subscribe_port] = await freePorts(2);
    const message_bus = { config: { publish_port, subscribe_port, engine } };
    await writeCore(folder, { database: {}, message_bus, log_consumer: {} });
    const instance = new CommandLine(t, ["start"], { cwd: folder });
    await instance.shows("Start has settled");
    for (const topic of TOPICS) {
      await promisify(execFile)("/usr/bin/python3", [client, "send", `${publish_port}`, topic, "500"]);
    }
    const ask = async (...filter: readonly string[]): Promise<Record<string, unknown>[]> =>
      jsonLines((await run(t, ["logs", "--module", "interop", "--json", ...filter], { cwd: folder })).stdout);
    let rows: Record<string, unknown>[] = [];
    await until(async () => (rows = await ask("--limit", "2000")).length === 1_000, "1,000 rows");
    for (const topic of TOPICS) {
      const found = rows.filter((row) => row["topic"] === topic);
      assert.deepEqual(
        found.map((row) => String(row["message"])).toSorted(),
        Array.from({ length: 500 }, (_, line) => `line ${line} äöü`).toSorted(),
      );
      assert.ok(found.every((row) => row["source"] === "python" && row["level"] === "warning"));
    }
    assert.deepEqual((await ask("--q", "499")).map((row) => String(row["topic"])).toSorted(), TOPICS);
    instance.kill("SIGTERM");
    assert.equal((await instance.finished).code, 0);
  });
}
