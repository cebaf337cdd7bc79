import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type RuntimeName, runtimeName, stripsTypes } from "../../runtime/host.ts";
import { bandNames } from "../../schemas/priority_band.ts";
import { tempDir } from "../temp_dir.ts";
import { CommandLine, run, writeCore } from "./command_line.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

const MAKE_PACKAGE = `echo '{ "type": "module" }' > package.json`;

/** A folder with a manifest, where `backplane` and `tsx` are installed. */
async function newProject(t: TestContext): Promise<string> {
  const folder = await tempDir(t);
  await writeCore(folder, {});
  await mkdir(join(folder, "node_modules"));
  await symlink(project, join(folder, "node_modules", "backplane"));
  await symlink(join(project, "node_modules", "tsx"), join(folder, "node_modules", "tsx"));
  // Deno sees only packages that are named here.
  if (runtimeName() === "deno")
    await writeFile(join(folder, "package.json"), `{ "dependencies": { "backplane": "*" } }`);
  return folder;
}

/** c8 cannot read what is covered in a folder without package.json: tsx loads contracts there from data URLs. */
const uncovered = { NODE_V8_COVERAGE: "" };

/** How each runtime is told to run tests. */
const runners: Readonly<Record<RuntimeName, readonly string[]>> = {
  node: ["--import", "tsx", "--test", "--test-reporter=tap"],
  bun: ["test"],
  deno: ["test", "--allow-all", "--no-check"],
};

function runTests(folder: string, files: readonly string[]) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: folder, encoding: "utf8", env: { ...env, ...uncovered, NO_COLOR: "1" } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runners[runtimeName()], ...files], options);
  return { status, output: stdout + stderr };
}

for (const language of ["typescript", "javascript"] as const) {
  test(`plugin new: every band passes its own test, check and start, in ${language}`, async (t) => {
    const folder = await newProject(t);
    const flags = language === "javascript" ? ["--javascript"] : [];
    for (const band of bandNames) {
      const one = await run(t, ["plugin", "new", `my_${band}`, "--band", band, ...flags], { cwd: folder });
      const other = await run(t, ["plugin", "new", `with_${band}`, "--band", band, "--provides", ...flags], {
        cwd: folder,
      });
      assert.deepEqual([one.code, one.stderr, other.code, other.stderr], [0, "", 0, ""]);
    }
    const extension = language === "javascript" ? "mjs" : "ts";
    const tests = bandNames.flatMap((band) => [`plugins/my_${band}`, `plugins/with_${band}`]);
    const files = tests.map((path) => join(path, `plugin_test.${extension}`));
    const { status, output } = runTests(folder, files);
    assert.equal(status, 0, output);
    // One test each, two with a service; for infrastructure the service is all there is.
    assert.match(output, /^# pass 14$|^ 14 pass$|^ok \| 14 passed /m);
    assert.equal((await run(t, ["check"], { cwd: folder, env: uncovered })).code, 0);
    const instance = new CommandLine(t, ["start", "--json"], { cwd: folder, env: uncovered });
    await instance.shows("Start has settled");
    instance.kill("SIGTERM");
    const { code, stdout: log } = await instance.finished;
    assert.equal(code, 0);
    assert.ok(!log.includes('"level":"error"'), log);
  });
}

test("plugin new: says what was written and what comes next", async (t) => {
  const folder = await newProject(t);
  const { stdout } = await run(t, ["plugin", "new", "greeter"], { cwd: folder });
  assert.match(
    stdout,
    /^Wrote plugins\/greeter\/plugin\.ts\nWrote plugins\/greeter\/plugin_test\.ts\nWrote tsconfig\.json\nAdded greeter to core\.yaml\. Next:\n/,
  );
  const next = stdout
    .split("Next:\n")[1]!
    .split("\n")
    .map((line) => line.trim());
  const runTest = `node ${stripsTypes() ? "" : "--import tsx "}--test plugins/greeter/plugin_test.ts`;
  const types = "typescript @types/node";
  const expected: Readonly<Record<RuntimeName, readonly string[]>> = {
    node: [MAKE_PACKAGE, runTest, `npm install --save-dev ${types}`, "npx tsc", "npx backplane start", ""],
    bun: [
      ...[MAKE_PACKAGE, "bun test plugins/greeter/plugin_test.ts"],
      ...[`bun add --dev ${types}`, "bunx tsc", "bunx --bun backplane start", ""],
    ],
    deno: [
      ...["deno test -A plugins/greeter/plugin_test.ts", "deno check plugins/greeter"],
      ...["deno run -A npm:backplane start", ""],
    ],
  };
  assert.deepEqual(next, expected[runtimeName()]);
});

const makeModule = { node: "npm pkg set type=module", bun: "bun pm pkg set type=module", deno: undefined }[
  runtimeName()
];
for (const [what, text, hint] of [
  ["says nothing of modules", `{ "name": "mine" }`, makeModule],
  ["is CommonJS", `{ "type": "commonjs" }`, makeModule],
  ["is a module", `{ "type": "module" }`, undefined],
] as const) {
  test(`plugin new: in a package that ${what}, what makes it a module is ${hint === undefined ? "no" : "the first"} step`, async (t) => {
    const folder = await newProject(t);
    await writeFile(join(folder, "package.json"), text);
    const next = async (...args: string[]): Promise<readonly string[]> => {
      const { stdout } = await run(t, ["plugin", "new", ...args, "--json"], { cwd: folder });
      return (JSON.parse(stdout) as { next: string[] }).next;
    };
    const isHint = (step: string): boolean => step.includes("type=module");
    const steps = await next("greeter");
    assert.deepEqual([steps.filter(isHint), isHint(steps[0]!)], hint === undefined ? [[], false] : [[hint], true]);
    assert.ok(!(await next("other", "--javascript")).some(isHint));
  });
}

test("plugin new --json: names the files; tells what is not installed and what is no ES module", async (t) => {
  const folder = await tempDir(t);
  const manifest = await writeCore(folder, {});
  await writeFile(join(folder, "package.json"), `{ "type": "commonjs" }`);
  const { stdout } = await run(t, ["plugin", "new", "greeter", "--manifest", manifest, "--json"]);
  const { files, next, ...answer } = JSON.parse(stdout) as Record<string, string[]>;
  assert.deepEqual(answer, { plugin: "greeter", manifest, module: "./plugins/greeter/plugin.ts" });
  assert.deepEqual(
    files,
    ["plugins/greeter/plugin.ts", "plugins/greeter/plugin_test.ts", "tsconfig.json"].map((name) => join(folder, name)),
  );
  const steps = makeModule === undefined ? (next ?? []) : next!.slice(1);
  if (makeModule !== undefined) assert.equal(next![0], makeModule);
  assert.match(steps[0] ?? "", /^(?:npm install backplane|bun add backplane|deno add npm:backplane)/);
});

test("plugin new: the tsconfig.json that it writes checks what it writes, and finds what is wrong", async (t) => {
  const folder = await newProject(t);
  await writeFile(join(folder, "package.json"), `{ "type": "module" }`);
  for (const band of bandNames) await run(t, ["plugin", "new", `my_${band}`, "--band", band], { cwd: folder });
  // The checkout is no installed package: its types are where the sources are.
  const path = join(folder, "tsconfig.json");
  const written = JSON.parse(await readFile(path, "utf8")) as { compilerOptions: object };
  const paths = { backplane: [join(project, "mod.ts")], "backplane/testing": [join(project, "runtime/testing.ts")] };
  const typeRoots = [join(project, "node_modules/@types")];
  const lib = ["ES2023", "ESNext.Disposable", "ES2024.String"];
  const settings = { ...written, compilerOptions: { ...written.compilerOptions, paths, typeRoots, lib } };
  await writeFile(path, JSON.stringify(settings));
  const tsc = join(project, "node_modules/typescript/bin/tsc");
  const check = () => spawnSync(process.execPath, [tsc, "--pretty", "false"], { cwd: folder, encoding: "utf8" }).stdout;
  assert.equal(check(), "");
  const plugin = join(folder, "plugins/my_business/plugin.ts");
  await writeFile(plugin, `${await readFile(plugin, "utf8")}\nexport const wrong: number = "text";\n`);
  assert.match(check(), /^plugins\/my_business\/plugin\.ts\(\d+,\d+\): error TS2322/);
});

test("plugin new: leaves a tsconfig.json alone, also one above, and writes none for JavaScript", async (t) => {
  const folder = await newProject(t);
  const inside = join(folder, "config");
  await mkdir(inside);
  await writeCore(inside, {});
  const javascript = await run(t, ["plugin", "new", "a", "--javascript"], { cwd: folder });
  assert.ok(!javascript.stdout.includes("tsc"), javascript.stdout);
  await writeFile(join(folder, "tsconfig.json"), "{}");
  for (const cwd of [folder, inside]) assert.equal((await run(t, ["plugin", "new", "b"], { cwd })).code, 0);
  assert.equal(await readFile(join(folder, "tsconfig.json"), "utf8"), "{}");
  assert.deepEqual((await readdir(inside)).toSorted(), ["core.yaml", "plugins"]);
});

/** What is in the folder, by path. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const read = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path, entry.isFile() ? await readFile(path, "utf8") : ""] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const refusals: readonly (readonly [string, string, string, (folder: string) => Promise<unknown>])[] = [
  ["a bad name", "CLI_INPUT_INVALID", "My-Plugin", async () => undefined],
  ["a reserved word", "CLI_INPUT_INVALID", "class", async () => undefined],
  ["the name of a built-in", "PLUGIN_EXISTS", "database", async () => undefined],
  [
    "a name in the manifest",
    "PLUGIN_EXISTS",
    "greeter",
    (folder) => writeCore(folder, { greeter: { enabled: false } }),
  ],
  [
    "a name in an overlay",
    "PLUGIN_EXISTS",
    "greeter",
    (folder) => writeFile(join(folder, "core.production.yaml"), "core: { api_gateway: { plugins: { greeter: } } }\n"),
  ],
  [
    "a folder that is there",
    "PLUGIN_EXISTS",
    "greeter",
    (folder) => mkdir(join(folder, "plugins/greeter"), { recursive: true }),
  ],
  ["a file in the folder's place", "CLI_WRITE_FAILED", "greeter", (folder) => writeFile(join(folder, "plugins"), "")],
  [
    "a link in the folder's place",
    "CLI_WRITE_FAILED",
    "greeter",
    async (folder) => symlink(await mkdirBeside(folder), join(folder, "plugins")),
  ],
  [
    "a manifest with a fault",
    "MANIFEST_INVALID",
    "greeter",
    (folder) => writeFile(join(folder, "core.yaml"), "a: &b 1\n"),
  ],
  [
    "plugins as a list",
    "CLI_WRITE_FAILED",
    "greeter",
    (folder) => writeFile(join(folder, "core.yaml"), "core: { api_gateway: { plugins: [] } }\n"),
  ],
];

async function mkdirBeside(folder: string): Promise<string> {
  await mkdir(join(folder, "elsewhere"));
  return join(folder, "elsewhere");
}

for (const [what, code, name, prepare] of refusals) {
  test(`plugin new: refuses ${what} and changes nothing`, async (t) => {
    const folder = await tempDir(t);
    await writeCore(folder, {});
    await prepare(folder);
    const before = await contents(folder);
    const { error, stdout } = await run(t, ["plugin", "new", name], { cwd: folder });
    assert.deepEqual([error, stdout], [code, ""]);
    assert.deepEqual(await contents(folder), before);
  });
}

test("plugin new: without a manifest names backplane init", async (t) => {
  const { error, stderr } = await run(t, ["plugin", "new", "greeter"], { cwd: await tempDir(t) });
  assert.equal(error, "MANIFEST_NOT_FOUND");
  assert.match(stderr, /backplane init/);
});

test("plugin new: keeps a byte order mark, the line ends and a link to the manifest", async (t) => {
  const folder = await tempDir(t);
  await writeFile(join(folder, "real.yaml"), "\uFEFFcore:\r\n  api_gateway:\r\n    plugins: # mine\r\n");
  await symlink("real.yaml", join(folder, "core.yaml"));
  assert.equal((await run(t, ["plugin", "new", "greeter"], { cwd: folder })).code, 0);
  assert.equal(
    await readFile(join(folder, "real.yaml"), "utf8"),
    "\uFEFFcore:\r\n  api_gateway:\r\n    plugins: # mine\r\n      greeter:\r\n        module: ./plugins/greeter/plugin.ts\r\n",
  );
});
