import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { BusinessPlugin, type PluginMetadata } from "../../../mod.ts";
import { testPlugin } from "../../../runtime/testing.ts";

/** Waits for a real file before it starts. */
class Reader extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = { name: "Reader", version: "1.0.0", description: "of a test" };
  override async initialize(): Promise<void> {
    await readFile(import.meta.filename);
  }
}

test("until() waits for a state behind a real file, so that a later deadline can pass", async () => {
  await using reader = testPlugin(Reader, { phases: { start: { delayMs: 20_000 } } });
  const starting = reader.start();
  await reader.until("starting");
  await reader.clock.advance(15_000);
  assert.equal((await starting).cause?.code, "PLUGIN_START_TIMEOUT");
  await reader.until("error");
});

test("until() tells of a state that does not come, with those that did", async () => {
  await using reader = testPlugin(Reader, { timeoutMs: 20 });
  const refused = { code: "TEST_EXPECTATION_FAILED", message: /"running" within 20 ms.*It was: registered\./ };
  await assert.rejects(reader.until("running"), refused);
});
