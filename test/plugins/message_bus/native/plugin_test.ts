import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNothingLeft } from "../plugin_restart.ts";
import { settings, start } from "../plugin_run.ts";

const native = { ...settings, engine: "native" };

test("health says that engine native does not verify sources", async (context) => {
  const { status, detail } = (await start(context, native)).plugin.healthCheck();
  assert.equal(status, "healthy");
  assert.deepEqual([detail?.["engine"], detail?.["source_verified"]], ["native", false]);
});

test("starting and stopping engine native 200 times leaves no descriptor, thread, listener or timer behind", async () => {
  await assertNothingLeft(native);
});
