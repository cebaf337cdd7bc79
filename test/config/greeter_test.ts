import assert from "node:assert/strict";
import { test } from "node:test";
import { testPlugin } from "backplane/testing";
import Greeter from "../../config/examples/greeter.ts";

test("it greets whoever asks, as its config says", async () => {
  await using greeter = testPlugin(Greeter, { config: { greeting: "Hi" } });
  await greeter.start();
  const response = await greeter.fetch("/api/v1/greetings/ada");
  assert.deepEqual(await response.json(), { greeting: "Hi, ada!" });
});

test("it refuses a setting that it does not know", async () => {
  await using greeter = testPlugin(Greeter, { config: { greting: "Hi" } });
  await assert.rejects(greeter.start(), { code: "MANIFEST_INVALID", message: /greeter\.config\.greting/ });
});
