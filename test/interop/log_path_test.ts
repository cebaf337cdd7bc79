import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Instance, until, writeManifest } from "../system/instance.ts";
import { tempDir } from "../temp_dir.ts";

const client = fileURLToPath(new URL("zmq_client.py", import.meta.url));

test("a Python client that knows only the field numbers finds all its rows again, dotted and slashed", async (t) => {
  const folder = await tempDir(t);
  const instance = await Instance.launch(folder, await writeManifest(folder));
  t.after(() => instance.end("SIGKILL"));
  const { publishPort } = await instance.ports();
  for (const topic of ["logs.python.interop", "logs/backend/main/v1"]) {
    await promisify(execFile)("/usr/bin/python3", [client, "send", `${publishPort}`, topic, "500"]);
  }
  const rows = async (): Promise<{ topic: string; message: string; source: string; level: string }[]> => {
    const response = await instance.get("/plugins/log_consumer/logs?subsystem=python&module=interop&limit=1000");
    return ((await response.json()) as { entries: { topic: string; message: string; source: string; level: string }[] })
      .entries;
  };
  await until(async () => (await rows()).length === 1_000, "1,000 rows");
  for (const topic of ["logs.python.interop", "logs/backend/main/v1"]) {
    const found = (await rows()).filter((row) => row.topic === topic);
    assert.deepEqual(
      found.map((row) => row.message).toSorted(),
      Array.from({ length: 500 }, (_, line) => `line ${line} äöü`).toSorted(),
    );
    assert.ok(found.every((row) => row.source === "python" && row.level === "warning"));
  }
  const search = await instance.get("/plugins/log_consumer/logs?q=line&limit=1");
  assert.equal(((await search.json()) as { entries: unknown[] }).entries.length, 1);
  assert.equal(await instance.end(), 0);
});
