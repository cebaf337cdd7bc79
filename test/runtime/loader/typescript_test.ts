import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { importError } from "../../../runtime/loader/import_error.ts";
import { pluginClass } from "../plugin_spec.ts";
import { goodModule, inFolder } from "./plugin_files.ts";

const packaged = { "node_modules/shouter/package.json": '{ "type": "module", "exports": "./index.ts" }' };

test("PLUGIN_TYPESCRIPT: a package from npm that brings TypeScript, on every runtime alike", async () => {
  await inFolder({ ...packaged, "node_modules/shouter/index.ts": goodModule() }, async (folder) => {
    const error = await folder.failure({ module: "npm:shouter" });
    assert.equal(error.code, "PLUGIN_TYPESCRIPT");
    assert.match(error.message, /node_modules.shouter.index\.ts is TypeScript/);
    assert.match(error.remedy, /build it before it is packed/);
  });
});

test("a package that a workspace links into node_modules may be TypeScript", async () => {
  const files = { "shouter/package.json": packaged["node_modules/shouter/package.json"] };
  await inFolder({ ...files, "shouter/index.ts": goodModule() }, async (folder) => {
    await mkdir(join(folder.baseDir, "node_modules"));
    await symlink(join(folder.baseDir, "shouter"), join(folder.baseDir, "node_modules", "shouter"));
    const { failed } = await folder.load([{ module: "npm:shouter" }]);
    assert.notEqual(failed[0]?.error.code, "PLUGIN_TYPESCRIPT");
  });
});

/** What the loader does, in order, for these modules. */
async function order(modules: readonly string[]): Promise<string[]> {
  const steps: string[] = [];
  const files = Object.fromEntries(modules.map((module) => [module, ""]));
  await inFolder(files, async (folder) => {
    await folder.load(
      modules.map((module, index) => ({ name: `p${index}`, module: `./${module}` })),
      {
        registerTypeScript: () => steps.push("register"),
        importModule: async () => {
          steps.push("import");
          return { default: pluginClass({ name: "a" }) };
        },
      },
    );
  });
  return steps;
}

test("loadPlugins() registers TypeScript once, before anything is imported", async () => {
  assert.deepEqual(await order(["a.js", "b.ts", "c.mts"]), ["register", "import", "import", "import"]);
});

test("loadPlugins() registers nothing for plugins in JavaScript", async () => {
  assert.deepEqual(await order(["a.js", "b.mjs"]), ["import", "import"]);
});

test("PLUGIN_TYPESCRIPT: TypeScript that could not be registered fails alone, with the reason", async () => {
  await inFolder({ "a.ts": goodModule(), "b.js": goodModule() }, async (folder) => {
    const reason = new Error("no loader");
    const { loaded, failed } = await folder.load(
      [
        { name: "a", module: "./a.ts" },
        { name: "b", module: "./b.js" },
      ],
      { registerTypeScript: () => Promise.reject(reason) },
    );
    assert.deepEqual(
      loaded.map(({ name }) => name),
      ["b"],
    );
    assert.equal(failed[0]!.error.code, "PLUGIN_TYPESCRIPT");
    assert.equal(failed[0]!.error.cause, reason);
  });
});

for (const [who, code, text, remedy] of [
  ["Node 20", "ERR_UNKNOWN_FILE_EXTENSION", 'Unknown file extension ".ts" for /p/x.ts', /--import tsx/],
  [
    "Node 26 in a package",
    "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
    'Stripping types is currently unsupported for files under node_modules, for "file:///p/node_modules/y/x.ts"',
    /build it before it is packed/,
  ],
] as const) {
  test(`PLUGIN_TYPESCRIPT: what ${who} says of a file it will not run`, () => {
    const error = importError("a", "file:///p/x.ts", Object.assign(new TypeError(text), { code }), "/p");
    assert.equal(error.code, "PLUGIN_TYPESCRIPT");
    assert.match(error.message, /x\.ts/);
    assert.match(error.remedy, remedy);
  });
}

test("a file of another extension that Node does not know is no TypeScript", () => {
  const thrown = Object.assign(new TypeError('Unknown file extension ".txt" for /p/x.txt'), {
    code: "ERR_UNKNOWN_FILE_EXTENSION",
  });
  assert.equal(importError("a", "file:///p/x.txt", thrown, "/p").code, "PLUGIN_IMPORT_FAILED");
});

for (const text of [
  "Cannot find package 'backplane' imported from /p/x.js",
  'Import "backplane" not a dependency and not in import map from "file:///p/x.js"',
]) {
  test(`the remedy names the package that is missing: ${text.slice(0, 20)}...`, () => {
    const thrown = Object.assign(new Error(text), { code: "ERR_MODULE_NOT_FOUND" });
    assert.match(importError("a", "file:///p/x.js", thrown, "/p").remedy, /npm install backplane/);
  });
}
