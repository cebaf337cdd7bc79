import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { binaryOf } from "./binaries.ts";
import { tempDir } from "../temp_dir.ts";
import { writeManifest } from "../system/instance.ts";

const api = pathToFileURL(fileURLToPath(new URL("../../mod.ts", import.meta.url))).href;

test("on Bun, where the addon would abort the process, message_bus is refused by code and the rest goes on", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeManifest(folder, { message_bus: { config: { publish_port: 0, subscribe_port: 0 } } });
  const program = join(folder, "program.ts");
  await writeFile(
    program,
    `import { createRuntime } from ${JSON.stringify(api)};
    const runtime = createRuntime({ manifest: ${JSON.stringify(manifest)} });
    const rows = await runtime.start();
    await runtime.stop();
    console.log(JSON.stringify(rows.map(({ plugin, state, cause }) => [plugin, state, cause?.cause?.code ?? null])));`,
  );
  const { stdout } = await promisify(execFile)(binaryOf("bun"), [program]);
  assert.deepEqual(JSON.parse(stdout), [
    ["database", "running", null],
    ["message_bus", "error", "BUS_ENGINE_UNSUPPORTED"],
    ["log_consumer", "blocked", null],
  ]);
});
