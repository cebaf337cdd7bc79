import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tempDir } from "../temp_dir.ts";

const child = fileURLToPath(new URL("imports_child.js", import.meta.url));
const heavy = ["zeromq", "libsql", "@libsql/client", "protobufjs"];

/** The packages that the build loads to run these plugins, as Node's own loaders tell them. */
async function loadedPackages(folder: string, plugins: object, listen = ""): Promise<ReadonlySet<string>> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, folder, JSON.stringify(plugins), listen]);
  const names = (JSON.parse(stdout) as string[]).flatMap(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [],
  );
  return new Set(names);
}

test("a manifest without message_bus and database loads none of their libraries", async (t) => {
  const loaded = await loadedPackages(await tempDir(t), {
    message_bus: { enabled: false },
    database: { enabled: false },
  });
  assert.ok(loaded.has("hono"), "the record sees what is imported");
  assert.deepEqual(
    heavy.filter((name) => loaded.has(name)),
    [],
  );
});

test("each built-in plugin loads its own libraries and not the other's", async (t) => {
  for (const [engine, libraries] of [
    ["auto", ["protobufjs"]],
    ["native", ["zeromq", "protobufjs"]],
  ] as const) {
    const bus = { message_bus: { config: { engine, publish_port: 0, subscribe_port: 0 } } };
    const withBus = await loadedPackages(await tempDir(t), bus);
    assert.deepEqual(
      heavy.filter((name) => withBus.has(name)),
      libraries,
    );
  }
  const withDatabase = await loadedPackages(await tempDir(t), { database: {} });
  assert.deepEqual(
    heavy.filter((name) => withDatabase.has(name)),
    ["libsql", "@libsql/client"],
  );
  // What speaks to remote databases takes longer to import than all the rest of the client.
  assert.ok(!withDatabase.has("@libsql/hrana-client"));
});

test("a manifest that is an object loads neither the YAML parser nor the resolver of packages", async (t) => {
  const loaded = await loadedPackages(await tempDir(t), {});
  assert.deepEqual(
    ["yaml", "exsolve"].filter((name) => loaded.has(name)),
    [],
  );
});

test("a runtime that does not listen loads no server library, one that listens does", async (t) => {
  const server = "@hono/node-server";
  assert.ok(!(await loadedPackages(await tempDir(t), {})).has(server));
  assert.ok((await loadedPackages(await tempDir(t), {}, "listen")).has(server));
});
