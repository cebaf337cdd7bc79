import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ManifestFile } from "../../../runtime/cli/manifest_file.ts";
import { makeFolder, type NewFolder } from "../../../runtime/cli/new_folder.ts";
import { tempDir } from "../../temp_dir.ts";

const MANIFEST = "core: { api_gateway: { plugins: {} } }\n";

function planned(home: string, change: Partial<NewFolder> = {}): NewFolder {
  const files = [{ name: "plugin.ts", text: "export {};\n" }];
  return { parent: join(home, "plugins"), name: "greeter", files, beside: [{ name: "b.json", text: "{}" }], ...change };
}

const all = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true })).toSorted();

test("makeFolder() makes folder and files, and then does the last step", async (t) => {
  const home = await tempDir(t);
  let seen: string[] = [];
  await makeFolder(planned(home), async () => void (seen = await all(home)));
  assert.deepEqual(seen, ["b.json", "plugins", "plugins/greeter", "plugins/greeter/plugin.ts"]);
  assert.deepEqual(await all(home), seen);
});

test("makeFolder() takes everything back when the last step fails, and only what it made", async (t) => {
  const home = await tempDir(t);
  const fail = (): Promise<void> => Promise.reject(new Error("no space left"));
  await assert.rejects(makeFolder(planned(home), fail), { code: "CLI_WRITE_FAILED", message: /no space left/ });
  assert.deepEqual(await all(home), []);
  await mkdir(join(home, "plugins/other"), { recursive: true });
  await assert.rejects(makeFolder(planned(home), fail), { code: "CLI_WRITE_FAILED" });
  assert.deepEqual(await all(home), ["plugins", "plugins/other"]);
});

test("PLUGIN_EXISTS: makeFolder() writes over nothing, and names what is there", async (t) => {
  const home = await tempDir(t);
  await writeFile(join(home, "b.json"), "mine");
  const asked = makeFolder(planned(home), () => assert.fail("the last step was done"));
  await assert.rejects(asked, { code: "PLUGIN_EXISTS", message: /b\.json: it exists already/ });
  assert.deepEqual([await all(home), await readFile(join(home, "b.json"), "utf8")], [["b.json"], "mine"]);
});

test("CLI_WRITE_FAILED: a manifest that somebody else has changed meanwhile stays as they left it, and the folder is gone", async (t) => {
  const home = await tempDir(t);
  const path = join(home, "core.yaml");
  await writeFile(path, MANIFEST);
  const manifest = await ManifestFile.open(path);
  const edit = async (): Promise<void> => {
    await writeFile(path, `${MANIFEST}# by hand\n`);
    await manifest.replace("core: {}\n");
  };
  await assert.rejects(makeFolder(planned(home), edit), {
    code: "CLI_WRITE_FAILED",
    message: /somebody else has changed it/,
  });
  assert.deepEqual([await all(home), await readFile(path, "utf8")], [["core.yaml"], `${MANIFEST}# by hand\n`]);
});

test("CLI_WRITE_FAILED: a manifest that has gone meanwhile is not written anew", async (t) => {
  const home = await tempDir(t);
  const path = join(home, "core.yaml");
  await writeFile(path, MANIFEST);
  const manifest = await ManifestFile.open(path);
  await rm(path);
  await assert.rejects(manifest.replace("core: {}\n"));
  assert.deepEqual(await all(home), []);
});

test("ManifestFile.replace() keeps the mode of the file and leaves no draft", async (t) => {
  const home = await tempDir(t);
  const path = join(home, "core.yaml");
  await writeFile(path, MANIFEST, { mode: 0o640 });
  await (await ManifestFile.open(path)).replace("core: {}\n");
  assert.deepEqual([await all(home), (await stat(path)).mode & 0o777], [["core.yaml"], 0o640]);
});
