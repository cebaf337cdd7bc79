import assert from "node:assert/strict";
import { test } from "node:test";
import { writeManifest } from "../system/instance.ts";
import { Probe } from "./probes.ts";

for (const column of ["Bun", "Deno"] as const) {
  test(`on ${column}, where the addon of engine native is of no use, it is refused by code and the rest goes on`, async (t) => {
    const probe = await Probe.make(t, column);
    const config = { engine: "native", publish_port: 0, subscribe_port: 0 };
    await writeManifest(probe.folder, { message_bus: { config } });
    const { output } = await probe.runHost(
      "console.log(JSON.stringify(results.map(({ plugin, state, cause }) => [plugin, state, cause?.cause?.code ?? null])));",
    );
    assert.deepEqual(JSON.parse(output), [
      ["database", "running", null],
      ["message_bus", "error", "BUS_ENGINE_UNSUPPORTED"],
      ["log_consumer", "blocked", null],
    ]);
  });
}
