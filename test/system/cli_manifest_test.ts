import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runtimeName } from "../../runtime/host.ts";
import { tempDir } from "../temp_dir.ts";
import { run, writeCore, writePlugin } from "./command_line.ts";

test("check: a good manifest is called good, from any working directory", async (t) => {
  const folder = await tempDir(t);
  const sample = await writePlugin(folder, "sample", "");
  const manifest = await writeCore(folder, { sample, off: { enabled: false } });
  const { code, stdout, stderr } = await run(t, ["check", manifest], { cwd: await tempDir(t) });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, `${manifest} is good: 1 plugin, 1 disabled.\n`);
});

test("check: every fault is shown with file, line, column, text and remedy, and exits with 78", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "core.yaml"), "core:\n  api_gateway:\n    prot: 1\n    plugins: {}\n  sistem: {}\n");
  const { code, stdout, stderr, error } = await run(t, ["check"], { cwd: folder });
  assert.deepEqual([code, stdout], [78, ""]);
  assert.equal(error, "MANIFEST_INVALID");
  assert.match(stderr, /^error MANIFEST_INVALID: .*2 faults/);
  assert.match(stderr, /core\.yaml:3:5 .*port/s);
  assert.match(stderr, / {2}3 \| {5}prot: 1/);
  assert.match(stderr, /core\.yaml:5:3 .*system/s);
  assert.ok(!stderr.includes("\u001b") && !stderr.includes("  at "));
});

test("check --json: faults and plugins are one JSON object on standard output", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeCore(folder, {}, { port: "high" });
  const { code, stdout, stderr } = await run(t, ["check", manifest, "--json"]);
  const document = JSON.parse(stdout) as { ok: boolean; faults: { code: string; path: string[] }[] };
  assert.deepEqual([code, stderr, document.ok], [78, "", false]);
  assert.deepEqual(document.faults[0]?.path, ["core", "api_gateway", "port"]);
});

test("check --json: a manifest that is not there is a fault as well", async (t) => {
  const { code, stdout } = await run(t, ["check", "--json"], { cwd: await tempDir(t) });
  const document = JSON.parse(stdout) as { ok: boolean; faults: { code: string }[] };
  assert.deepEqual([code, document.ok, document.faults[0]?.code], [78, false, "MANIFEST_NOT_FOUND"]);
});

test("check: a plugin that cannot be loaded exits with 78, and the others are not constructed", async (t) => {
  const folder = await tempDir(t);
  const sample = await writePlugin(folder, "sample", "state2 = process.stdout.write('constructed');");
  await writeFile(join(folder, "broken.ts"), "throw new Error('at the top');\n");
  const manifest = await writeCore(folder, { sample, broken: { module: "./broken.ts" } });
  const { code, stdout, stderr, error } = await run(t, ["check", manifest]);
  assert.deepEqual([code, stdout], [78, ""]);
  assert.equal(error, "PLUGIN_IMPORT_FAILED");
  assert.match(stderr, /error PLUGIN_IMPORT_FAILED: .*"broken".*at the top/);
});

test("check: a module that keeps the event loop busy does not keep the command from ending", async (t) => {
  const folder = await tempDir(t);
  const sample = await writePlugin(folder, "sample", "static timer = setInterval(() => {}, 1000);");
  assert.equal((await run(t, ["check", await writeCore(folder, { sample })])).code, 0);
});

test("check: a stray rejection of a module at its top level is that plugin's failure", async (t) => {
  const folder = await tempDir(t);
  const sample = await writePlugin(folder, "sample", "static stray = void Promise.reject(new Error('from the top'));");
  const { code, stderr, error } = await run(t, ["check", await writeCore(folder, { sample })]);
  assert.equal(code, 78);
  assert.equal(error, "PLUGIN_STRAY_ERROR");
  assert.match(stderr, /plugin "sample": an error escaped from it: from the top/);
});

test("check: refuses an address beyond loopback without a security plugin, as start does", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "core.yaml"), "core: { api_gateway: { host: 0.0.0.0, port: 0, plugins: {} } }\n");
  for (const command of ["check", "start"]) {
    const { code, error } = await run(t, [command, join(folder, "core.yaml")]);
    assert.deepEqual([code, error], [78, "GATEWAY_UNAUTHENTICATED"]);
  }
});

test("check --environment: merges the overlay of that name", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeCore(folder, {});
  await writeFile(join(folder, "core.staging.yaml"), "core: { api_gateway: { port: high } }\n");
  const { code, stderr } = await run(t, ["check", manifest, "--environment", "staging"]);
  assert.equal(code, 78);
  assert.match(stderr, /core\.staging\.yaml:1/);
});

test("plan: shows each position with its reason, and what is disabled", async (t) => {
  const folder = await tempDir(t);
  const first = await writePlugin(folder, "first", "");
  const second = { ...(await writePlugin(folder, "second", "")), priority: 5, depends_on: ["first"] };
  const manifest = await writeCore(folder, { second, first, off: { enabled: false } });
  const { code, stdout } = await run(t, ["plan", manifest]);
  assert.equal(code, 0);
  assert.match(stdout, /1 {2}first +1\.0\.0 +5, inherited from second \(own 40\)\n2 {2}second +.*after first/);
  assert.match(stdout, /Disabled: off\./);
});

test("plan --json: is the same as --format json", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeCore(folder, { sample: await writePlugin(folder, "sample", "") });
  const [one, other] = await Promise.all([
    run(t, ["plan", manifest, "--json"]),
    run(t, ["plan", manifest, "--format", "json"]),
  ]);
  assert.equal(one.stdout, other.stdout);
  const document = JSON.parse(one.stdout) as { plugins: { name: string; position: number }[] };
  assert.deepEqual([document.plugins[0]?.name, document.plugins[0]?.position], ["sample", 1]);
});

test("plan: a cycle exits with 78 and is shown as a path", async (t) => {
  const folder = await tempDir(t);
  const a = { ...(await writePlugin(folder, "a", "")), depends_on: ["b"] };
  const b = { ...(await writePlugin(folder, "b", "")), depends_on: ["a"] };
  const { code, stderr } = await run(t, ["plan", await writeCore(folder, { a, b })]);
  assert.equal(code, 78);
  assert.match(stderr, /a -> b -> a/);
});

test("init: writes a manifest that check calls good", async (t) => {
  const folder = join(await tempDir(t), "new");
  const { code, stdout } = await run(t, ["init", folder]);
  assert.equal(code, 0);
  const backplane = { node: "npx backplane", bun: "bunx --bun backplane", deno: "deno run -A npm:backplane" };
  assert.match(stdout, new RegExp(`^  ${backplane[runtimeName()]} start `, "m"));
  assert.equal((await run(t, ["check"], { cwd: folder })).code, 0);
});

test("init: has a database, the bus and the log_consumer", async (t) => {
  const folder = await tempDir(t);
  await run(t, ["init"], { cwd: folder });
  const text = await readFile(join(folder, "core.yaml"), "utf8");
  assert.match(text, /^ +database: .*\n +critical: true\n +message_bus: .*\n +critical: true\n +log_consumer:/m);
});

test("init: never writes over a manifest", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "core.yaml"), "mine\n");
  const { code, stderr, error } = await run(t, ["init"], { cwd: folder });
  assert.equal(code, 78);
  assert.equal(error, "MANIFEST_EXISTS");
  assert.match(stderr, /error MANIFEST_EXISTS: /);
  assert.equal(await readFile(join(folder, "core.yaml"), "utf8"), "mine\n");
});

test("init: a folder that cannot be made is a refusal", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "file"), "");
  const { code, stderr, error } = await run(t, ["init", join(folder, "file", "below")]);
  assert.equal(code, 73);
  assert.equal(error, "CLI_WRITE_FAILED");
  assert.match(stderr, /error CLI_WRITE_FAILED: /);
  const onFile = await run(t, ["init", join(folder, "file")]);
  assert.equal(onFile.error, "CLI_WRITE_FAILED");
  assert.match(onFile.stderr, /file is not a folder\.$/m);
});

test("a manifest's folder with a tsconfig.json of its own does not matter", async (t) => {
  const folder = await tempDir(t);
  const sample = await writePlugin(folder, "sample", "");
  await writeFile(join(folder, "tsconfig.json"), "{ broken");
  await mkdir(join(folder, "sub"));
  const manifest = await writeCore(folder, { sample });
  assert.equal((await run(t, ["check", manifest], { cwd: folder })).code, 0);
});
