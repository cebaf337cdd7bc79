import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Origin } from "../../../runtime/manifest/manifest.ts";
import { readManifest } from "../../../runtime/manifest/read.ts";
import { tempDir } from "../../temp_dir.ts";

const BASE = `core:
  api_gateway:
    plugins:
      sample:
        config:
          plain: 1
          taken: \${env:TAKEN}
          fallen: \${env:EMPTY:-nothing}
          both: "\${env:TAKEN:-x}-\${file:secret.txt}"
          list: [a, b]
          over: base
`;

test("origin() tells the place of what is written, and its file", async (t) => {
  const origin = await originsOf(t);
  assert.deepEqual(shown(origin("plain")), ["core.yaml:6:11", false]);
  assert.deepEqual(shown(origin("list", 1)), ["core.yaml:10:21", false]);
});

test("origin() tells an overlay's value from the base's", async (t) => {
  const origin = await originsOf(t);
  assert.deepEqual(shown(origin("over")), ["core.test.yaml:5:19", true]);
  assert.deepEqual(shown(origin("added")), ["core.test.yaml:5:30", true]);
  assert.deepEqual(shown(origin("plain")), ["core.yaml:6:11", false]);
});

test("origin() names the variable, the default beside it, or the file, never the value", async (t) => {
  const origin = await originsOf(t);
  assert.deepEqual(origin("plain")?.references, []);
  assert.deepEqual(origin("taken")?.references, [{ kind: "variable", name: "TAKEN" }]);
  assert.deepEqual(origin("fallen")?.references, [{ kind: "variable_default", name: "EMPTY" }]);
  assert.deepEqual(origin("both")?.references, [
    { kind: "variable", name: "TAKEN" },
    { kind: "file", path: "secret.txt" },
  ]);
  assert.ok(!JSON.stringify(origin("both")).includes("hush"));
});

test("origin() is undefined for what is not written, unlike locate(), which knows the parent", async (t) => {
  const origin = await originsOf(t);
  assert.equal(origin("missing"), undefined);
  assert.equal(origin("plain", "below"), undefined);
});

test("origin() has no place for an object handed in by code", async (t) => {
  const object = { core: { api_gateway: { plugins: { sample: { critical: true } } } } };
  const { source } = await readManifest({ source: { object, baseDir: await tempDir(t) }, environment: {} });
  const path = ["core", "api_gateway", "plugins", "sample", "critical"];
  assert.deepEqual(source.origin(path), { position: undefined, overlay: false, references: [] });
});

async function originsOf(t: TestContext): Promise<(...path: (string | number)[]) => Origin | undefined> {
  const folder = await tempDir(t);
  const file = join(folder, "core.yaml");
  await writeFile(file, BASE);
  await writeFile(join(folder, "secret.txt"), "hush\n");
  await writeFile(
    join(folder, "core.test.yaml"),
    "core:\n  api_gateway:\n    plugins:\n      sample:\n        config: { over: new, added: 2 }\n",
  );
  const environment = { TAKEN: "seen", EMPTY: "" };
  const { source } = await readManifest({ source: { file }, environmentName: "test", environment });
  return (...path) => source.origin(["core", "api_gateway", "plugins", "sample", "config", ...path]);
}

function shown(origin: Origin | undefined): unknown {
  const { file, line, column } = origin?.position ?? {};
  return [`${file}:${line}:${column}`, origin?.overlay];
}
