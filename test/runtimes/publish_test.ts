import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tempDir } from "../temp_dir.ts";
import { binaryOf } from "./binaries.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const plugins = readdirSync(join(project, "plugins"));

/** Runs Deno in a folder. @returns both streams, without colours; throws with them when it fails */
async function deno(cwd: string, args: readonly string[], variables: object = {}): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...variables };
  const { stdout, stderr } = await promisify(execFile)(binaryOf("deno"), args, { cwd, env });
  return stdout + stderr;
}

async function publish(): Promise<{ readonly files: readonly string[]; readonly said: string }> {
  const said = await deno(project, ["publish", "--dry-run", "--allow-dirty"]);
  const files = [...said.matchAll(/^ +file:\/\/(\S+) \(/gm)].map(([, path]) => path!.slice(project.length));
  return { files, said };
}

test("JSR takes the package: its types hold on Deno, none is slow, and it holds the product alone", async () => {
  const { files, said } = await publish();
  for (const path of ["mod.ts", "runtime/testing.ts", "schemas/generated/aico_core.d.ts", "config/core.yaml"]) {
    assert.ok(files.includes(path), path);
  }
  for (const name of plugins) assert.ok(files.includes(`plugins/${name}/plugin.ts`), name);
  const product = /^(?:mod\.ts|deno\.json|[A-Z]+(?:\.md)?|config\/core\.yaml|(?:docs|plugins|runtime|schemas)\/.*)$/;
  assert.deepEqual(
    files.filter((path) => !product.test(path) || path.startsWith("runtime/cli/") || path.includes("generate_")),
    [],
  );
  // Plugins are imported by what the manifest says: the one import that nobody can know beforehand.
  const places = [...said.matchAll(/^warning\[(\S+)\][^\n]*\n\s+--> (\S+?):/gm)].map(([, name, path]) => [name, path]);
  assert.deepEqual(places, [["unanalyzable-dynamic-import", `${project}runtime/host.ts`]]);
});

test("the built-in plugins, which nothing imports by name, agree with the types of Deno too", async () => {
  await deno(project, ["check", ...plugins.map((name) => `plugins/${name}/plugin.ts`)]);
});

const program = `import { BusinessPlugin, createRuntime, type PluginMetadata } from "backplane";
class Greeter extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = { name: "Greeter", version: "1.0.0", description: "Greets" };
}
const plugins = { greeter: Greeter, log_consumer: Greeter };
const manifestObject = { core: { api_gateway: { plugins: { greeter: {}, log_consumer: {}, database: {}, databse: {} } } } };
await using runtime = createRuntime({ manifestObject, baseDir: import.meta.dirname!, plugins });
const rows = await runtime.start();
console.log(JSON.stringify(rows.map(({ plugin, state, cause }) => [plugin, state, cause?.code ?? null])));
`;

/** Serves these files of the project, and no other, as JSR does. @returns the address of the folder */
async function serve(t: TestContext, files: readonly string[]): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url!.slice(1);
    if (!files.includes(path)) return void response.writeHead(404).end();
    const type = path.endsWith(".js") ? "text/javascript" : "application/typescript";
    response.writeHead(200, { "content-type": type }).end(readFileSync(join(project, path)));
  });
  t.after(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a program that imports the package from a server, as from JSR, runs its own plugins and the built-in ones", async (t) => {
  const url = await serve(t, (await publish()).files);
  const folder = join(await tempDir(t), "program");
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  // What JSR writes into the modules themselves.
  const imports = Object.entries(dependencies).flatMap(([name, range]) => [
    [name, `npm:${name}@${range}`],
    [`${name}/`, `npm:/${name}@${range}/`],
  ]);
  await mkdir(folder);
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  const settings = { nodeModulesDir: "manual", lock: false };
  const files = {
    "package.json": JSON.stringify({ dependencies }),
    "deno.json": JSON.stringify({
      ...settings,
      imports: { ...Object.fromEntries(imports), backplane: `${url}/mod.ts` },
    }),
    "main.ts": program,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const cache = { DENO_DIR: join(folder, "cache") };
  const said = await deno(folder, ["run", "--allow-all", "--check", "--quiet", "main.ts"], cache);
  assert.deepEqual(JSON.parse(said), [
    ["greeter", "running", null],
    ["log_consumer", "running", null],
    ["database", "running", null],
    ["databse", "error", "PLUGIN_IMPORT_FAILED"],
  ]);
});
