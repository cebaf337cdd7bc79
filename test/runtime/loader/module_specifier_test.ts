import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { goodModule, inFolder, type PluginFolder } from "./plugin_files.ts";

const packageFiles = {
  "node_modules/good-plugin/package.json": '{ "name": "good-plugin", "type": "module", "exports": "./lib/index.js" }',
  "node_modules/good-plugin/lib/index.js": goodModule(),
  "node_modules/@scope/plugin/package.json": '{ "name": "@scope/plugin", "type": "module", "main": "index.js" }',
  "node_modules/@scope/plugin/index.js": goodModule(),
};

async function refuses(folder: PluginFolder, module: string, code: string): Promise<void> {
  const error = await folder.failure({ module });
  assert.equal(error.code, code, `${module}: ${error.message}`);
}

for (const module of [
  "http://127.0.0.1:1/plugin.js",
  "https://example.org/plugin.js",
  "data:text/javascript,export default 1",
  "node:fs",
  "file:///tmp/plugin.js",
  "/tmp/plugin.js",
  "C:\\plugin.js",
  "plugin.js",
  "good-plugin",
  "../outside.js",
  "./../outside.js",
  "./sub/../../outside.js",
  "./..\\outside.js",
  "./x\0.js",
  "",
]) {
  test(`PLUGIN_MODULE_FORBIDDEN: ${JSON.stringify(module)} is never imported`, async () => {
    await inFolder({ "../outside.js": goodModule(), "plugin.js": goodModule(), ...packageFiles }, async (folder) => {
      await refuses(folder, module, "PLUGIN_MODULE_FORBIDDEN");
    });
  });
}

for (const module of [
  "npm:fs",
  "npm:node:fs",
  "npm:../x",
  "npm:/tmp/x",
  "npm:good-plugin/lib/index.js",
  "npm:Big",
  "npm:",
]) {
  test(`PLUGIN_MODULE_FORBIDDEN: ${module} is no installed package`, async () => {
    await inFolder(packageFiles, async (folder) => await refuses(folder, module, "PLUGIN_MODULE_FORBIDDEN"));
  });
}

test("PLUGIN_MODULE_FORBIDDEN: a symbolic link out of the manifest's folder, to a file or by a folder", async () => {
  await inFolder({ "../outside.js": goodModule(), "../other/plugin.js": goodModule() }, async (folder) => {
    await symlink(join(folder.root, "outside.js"), join(folder.baseDir, "link.js"));
    await symlink(join(folder.root, "other"), join(folder.baseDir, "linked"));
    await refuses(folder, "./link.js", "PLUGIN_MODULE_FORBIDDEN");
    await refuses(folder, "./linked/plugin.js", "PLUGIN_MODULE_FORBIDDEN");
  });
});

test("PLUGIN_MODULE_FORBIDDEN: a link into a folder whose name only begins like the manifest's", async () => {
  await inFolder({ "../manifest_twin/plugin.js": goodModule() }, async (folder) => {
    await symlink(join(folder.root, "manifest_twin", "plugin.js"), join(folder.baseDir, "link.js"));
    await refuses(folder, "./link.js", "PLUGIN_MODULE_FORBIDDEN");
  });
});

test("a symbolic link inside the manifest's folder is followed", async () => {
  await inFolder({ "real.js": goodModule() }, async (folder) => {
    await symlink("real.js", join(folder.baseDir, "link.js"));
    const { loaded } = await folder.load([{ module: "./link.js" }]);
    assert.equal(loaded[0]!.root, pathToFileURL(join(folder.baseDir, "real.js")).href);
  });
});

test("a manifest's folder that is itself a link is fine", async () => {
  await inFolder({ "good.js": goodModule() }, async (folder) => {
    const link = join(folder.root, "by_link");
    await symlink(folder.baseDir, link);
    const { loaded } = await folder.load([{ module: "./good.js" }], { source: { baseDir: link } });
    assert.equal(loaded.length, 1);
  });
});

test("PLUGIN_NOT_FOUND: a file that is not there", async () => {
  await inFolder({}, async (folder) => await refuses(folder, "./nobody.js", "PLUGIN_NOT_FOUND"));
});

for (const module of ["builtin:nobody", "builtin:../x", "builtin:"]) {
  test(`PLUGIN_NOT_FOUND: ${module}`, async () => {
    await inFolder(
      { "x/plugin.js": goodModule() },
      async (folder) => await refuses(folder, module, "PLUGIN_NOT_FOUND"),
    );
  });
}

test("PLUGIN_NOT_FOUND: a package that is not installed, with the command that installs it", async () => {
  await inFolder({}, async (folder) => {
    const error = await folder.failure({ module: "npm:backplane-nobody" });
    assert.equal(error.code, "PLUGIN_NOT_FOUND");
    assert.match(error.remedy, /npm install backplane-nobody/);
  });
});

for (const name of ["good-plugin", "@scope/plugin"]) {
  test(`npm:${name} is resolved from the manifest's folder, its package is its root`, async () => {
    await inFolder(packageFiles, async (folder) => {
      const { loaded, failed } = await folder.load([{ module: `npm:${name}` }]);
      assert.deepEqual(failed, []);
      assert.equal(loaded[0]!.root, `${pathToFileURL(join(folder.baseDir, "node_modules", name)).href}/`);
    });
  });
}

test("a folder with a plugin module in it is the plugin's root; a lone file is its own", async () => {
  await inFolder({ "greeter/plugin.js": goodModule(), "plugin.js": goodModule() }, async (folder) => {
    const { loaded } = await folder.load([
      { name: "a", module: "./greeter/plugin.js" },
      { name: "b", module: "./plugin.js" },
    ]);
    assert.deepEqual(
      loaded.map(({ root }) => root!.split("/manifest/")[1]),
      ["greeter/", "plugin.js"],
    );
  });
});
