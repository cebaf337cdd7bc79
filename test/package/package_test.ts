import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { consumer, manifest, node, unpack, write } from "./consumer.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const BIN = "node_modules/backplane/dist/runtime/cli/backplane.js";

const greeter = `import { BusinessPlugin } from "backplane";
export default class Greeter extends BusinessPlugin {
  static metadata = { name: "Greeter", version: "1.0.0", description: "Greets" };
  routes() {
    const handler = (context) => context.json({ hello: context.req.param("name") });
    return [{ method: "GET", path: "/api/v1/hello/:name", access: "public", handler }];
  }
}
`;

const program = `import { createRuntime } from "backplane";
import { messageBus } from "backplane/plugins/message_bus";
await using runtime = createRuntime({ manifest: process.argv[2] });
const table = await runtime.start();
const info = { remoteAddress: "127.0.0.1" };
const response = await runtime.fetch(new Request("http://127.0.0.1/api/v1/hello/ada"), info);
console.log(JSON.stringify({ states: table.map(({ state }) => state), answer: await response.json(), key: messageBus.name }));
`.replace("await using runtime", "const runtime");

const core = (module: string): string => `core: { api_gateway: { plugins: { greeter: { module: "${module}" } } } }\n`;
const stop = "await runtime.stop();\n";

test("the tarball holds the build, the schema, the default manifest and the docs, and nothing of tests or sources", async (t) => {
  const folder = unpack(await tempDir(t));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const path of [
    "dist/mod.js",
    "dist/mod.d.ts",
    "dist/mod.js.map",
    "schemas/core.schema.json",
    "config/core.yaml",
  ]) {
    assert.ok(files.includes(path), path);
  }
  const top = new Set(files.map((path) => path.split("/")[0]!));
  const expected = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "config", "dist", "docs", "package.json"];
  assert.deepEqual(top, new Set([...expected, "schemas"]));
  assert.deepEqual(
    files.filter((path) => path.startsWith("dist/") && /(?<!\.d)\.ts$|generate_/.test(path)),
    [],
  );
  const texts = files.filter((path) => /\.(?:js|map|d\.ts|json)$/.test(path));
  assert.deepEqual(
    texts.filter((path) => readFileSync(join(folder, path), "utf8").includes(project)),
    [],
    "no path of this machine",
  );
});

test("source maps lead from where a file lies to its source", async (t) => {
  const folder = unpack(await tempDir(t));
  const maps = readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".js.map"),
  );
  assert.ok(maps.length > 0);
  for (const path of maps) {
    const { sources } = JSON.parse(readFileSync(join(folder, "dist", path), "utf8")) as { sources: string[] };
    const source = path.replace(/\.js\.map$/, ".ts");
    assert.deepEqual(
      sources.map((name) => join("dist", dirname(path), name)),
      [source],
    );
  }
});

const jsr = JSON.parse(readFileSync(join(project, "deno.json"), "utf8")) as { exports: Record<string, string> };

test("every plugin with a contract has a subpath, and no other has", () => {
  const names = readdirSync(join(project, "plugins")).filter((name) =>
    existsSync(join(project, "plugins", name, "contract.ts")),
  );
  const found = Object.keys(jsr.exports).flatMap((path) => /^\.\/plugins\/(.*)$/.exec(path)?.[1] ?? []);
  assert.deepEqual(found.toSorted(), names.toSorted());
});

test("what npm's subpaths lead to is built from what JSR's lead to", () => {
  const code = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
  const stem = (path: string): string => path.replace(/(?:\.d)?\.[jt]s$/, "").replace("./dist/", "./");
  assert.deepEqual(
    Object.fromEntries(code.map(([path, target]) => [path, Object.values(target as object).map(stem)])),
    Object.fromEntries(Object.entries(jsr.exports).map(([path, source]) => [path, [stem(source), stem(source)]])),
  );
});

test("a JavaScript program on Node runs a plugin with what dependencies name, and without tsx", async (t) => {
  const folder = await tempDir(t);
  consumer(folder, { without: ["tsx"] });
  write(folder, { "greeter.mjs": greeter, "core.yaml": core("./greeter.mjs"), "main.mjs": program + stop });
  const printed = JSON.parse(node(folder, ["main.mjs", "core.yaml"])) as unknown;
  assert.deepEqual(printed, { states: ["running"], answer: { hello: "ada" }, key: "message_bus" });
});

test("the command of the package writes a manifest, and says that it is good", async (t) => {
  const folder = await tempDir(t);
  consumer(folder, { without: ["tsx"] });
  node(folder, [BIN, "init"]);
  assert.match(node(folder, [BIN, "check"]), /is good/);
  assert.match(node(folder, [BIN, "check", "node_modules/backplane/config/core.yaml"]), /is good/);
});

test("a TypeScript plugin runs by the command, and needs no build", async (t) => {
  const folder = await tempDir(t);
  consumer(folder);
  write(folder, { "package.json": '{ "type": "module" }', "core.yaml": core("./greeter.ts") });
  write(folder, { "greeter.ts": greeter.replace("static metadata", "static override readonly metadata") });
  write(folder, {
    "greeter.ts": readFileSync(join(folder, "greeter.ts"), "utf8").replace("(context)", "(context: any)"),
  });
  assert.match(node(folder, [BIN, "check"]), /is good/);
});

test("a plugin that is an npm package with a backplane of its own works", async (t) => {
  const folder = await tempDir(t);
  consumer(folder);
  const own = join(folder, "node_modules", "greeter-plugin");
  write(own, { "package.json": '{ "name": "greeter-plugin", "type": "module", "exports": "./greeter.js" }' });
  write(own, { "greeter.js": greeter });
  await cp(join(folder, "node_modules", "backplane"), join(own, "node_modules", "backplane"), { recursive: true });
  write(folder, { "core.yaml": core("npm:greeter-plugin"), "main.mjs": program + stop });
  const { states, answer } = JSON.parse(node(folder, ["main.mjs", "core.yaml"])) as Record<string, unknown>;
  assert.deepEqual([states, answer], [["running"], { hello: "ada" }]);
});

test("declarations import what is there, by the name that every compiler knows, or what is installed with them", async (t) => {
  const folder = unpack(await tempDir(t));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".d.ts"));
  const imports = files.flatMap((file) => {
    const code = readFileSync(join(folder, file), "utf8").replaceAll(/^\s*(?:\*|\/\*).*$/gm, "");
    return [...code.matchAll(/\b(?:(?:from|import) |(?:import|require)\()"([^"]*)"/g)].map(
      ([, to]) => [file, to!] as const,
    );
  });
  const isOurs = (path: string): boolean => path.endsWith(".js") && files.includes(path.replace(/\.js$/, ".d.ts"));
  const isInstalled = (name: string): boolean =>
    isBuiltin(name) || /^(?:@[^/]+\/)?[^/]+/.exec(name)![0] in manifest.dependencies;
  assert.ok(imports.length > 300);
  assert.deepEqual(
    imports.filter(([file, to]) => !(to.startsWith(".") ? isOurs(join(dirname(file), to)) : isInstalled(to))),
    [],
  );
});

test("a program in TypeScript compiles against the declarations and runs", async (t) => {
  const folder = await tempDir(t);
  consumer(folder);
  const settings = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    skipLibCheck: false,
    types: ["node"],
    outDir: "out",
  };
  const typeRoots = [join(project, "node_modules", "@types")];
  write(folder, {
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify({ compilerOptions: { ...settings, typeRoots }, include: ["main.ts"] }),
    "greeter.mjs": greeter,
    "core.yaml": core("./greeter.mjs"),
    "main.ts": program.replace("process.argv[2]", '"core.yaml"') + stop,
  });
  node(folder, [join(project, "node_modules", "typescript", "bin", "tsc")]);
  assert.match(node(folder, ["out/main.js"]), /"running"/);
});
