import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readManifest } from "../../runtime/manifest/read.ts";

const config = new URL("../../config/", import.meta.url);
const read = (name: string, environmentName?: string) =>
  readManifest({ source: { file: fileURLToPath(new URL(name, config)) }, environment: {}, environmentName });

const examples = ["", "hosts/"].flatMap((folder) =>
  readdirSync(new URL(`examples/${folder}`, config))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => folder + name),
);

describe("The manifests under config/", () => {
  test("core.yaml runs database, message_bus and log_consumer, the first two critical", async () => {
    const { plugins, system, gateway } = await read("core.yaml");
    assert.deepEqual(
      plugins.map(({ name, enabled, critical }) => [name, enabled, critical]),
      [
        ["database", true, true],
        ["message_bus", true, true],
        ["log_consumer", true, false],
      ],
    );
    assert.equal(system.dataDir, fileURLToPath(new URL("../../data", import.meta.url)));
    assert.deepEqual([gateway.host, gateway.port], ["127.0.0.1", 8771]);
  });

  test("core.production.yaml is an overlay of it", async () => {
    const { system, source } = await read("core.yaml", "production");
    assert.deepEqual([system.environment, system.log.format, source.files.length], ["production", "json", 2]);
  });

  for (const name of examples) {
    test(`examples/${name} is read without faults`, async () => {
      assert.ok((await read(`examples/${name}`)).plugins.length > 0);
    });
  }

  test("each tells editors where its schema is", () => {
    for (const name of ["core.yaml", ...examples.map((example) => `examples/${example}`)]) {
      const [first] = readFileSync(new URL(name, config), "utf8").split("\n");
      const schema = /^# yaml-language-server: \$schema=(\S+)$/u.exec(first ?? "")?.[1];
      assert.match(readFileSync(new URL(schema ?? "", new URL(name, config)), "utf8"), /"Backplane manifest"/u);
    }
  });
});
