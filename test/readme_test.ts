import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { createRuntime } from "../mod.ts";
import { tempDir } from "./temp_dir.ts";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("the plugin that the README shows is the example, to the letter", async () => {
  const readme = await readFile(at("README.md"), "utf8");
  const example = await readFile(at("config/examples/greeter.ts"), "utf8");
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``));
});

test("the example answers what the README says", async (t) => {
  const manifest = parse(await readFile(at("config/examples/greeter.yaml"), "utf8")) as { core: { system: object } };
  manifest.core.system = { data_dir: await tempDir(t) };
  const runtime = createRuntime({ manifestObject: manifest, baseDir: at("config/examples") });
  t.after(async () => void (await runtime.stop()));
  await runtime.start();
  const request = new Request("http://127.0.0.1:8771/api/v1/greetings/world");
  const response = await runtime.fetch(request, { remoteAddress: "127.0.0.1" });
  assert.deepEqual(await response.json(), { greeting: "Good day, world!" });
});

test("the manifest that the README shows passes the check", async (t) => {
  const readme = await readFile(at("README.md"), "utf8");
  const text = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? assert.fail("it shows none");
  const runtime = createRuntime({ manifestText: text, baseDir: at("config/examples") });
  t.after(async () => void (await runtime.stop()));
  const plan = await runtime.plan();
  assert.deepEqual(
    plan.entries.map((entry) => entry.name),
    ["message_bus", "greeter"],
  );
});
