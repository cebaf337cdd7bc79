import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { findManifest } from "../../../runtime/manifest/find.ts";
import { tempDir } from "../../temp_dir.ts";

async function folderWith(context: TestContext, ...files: string[]): Promise<string> {
  const cwd = await tempDir(context);
  await mkdir(join(cwd, "config"));
  for (const file of files) await writeFile(join(cwd, file), "");
  return cwd;
}

describe("findManifest()", () => {
  test("takes the argument before the variable before the usual places", async (context) => {
    const cwd = await folderWith(context, "core.yaml", "config/core.yaml", "a.yaml", "b.yaml");
    const environment = { BACKPLANE_MANIFEST: "b.yaml" };
    assert.equal(findManifest({ argument: "a.yaml", environment, cwd }), join(cwd, "a.yaml"));
    assert.equal(findManifest({ environment, cwd }), join(cwd, "b.yaml"));
    assert.equal(findManifest({ environment: {}, cwd }), join(cwd, "core.yaml"));
  });

  test("takes config/core.yaml last", async (context) => {
    const cwd = await folderWith(context, "config/core.yaml");
    assert.equal(findManifest({ environment: { BACKPLANE_MANIFEST: "" }, cwd }), join(cwd, "config/core.yaml"));
  });

  test("never falls back when the named file is missing", async (context) => {
    const cwd = await folderWith(context, "core.yaml");
    assert.throws(() => findManifest({ argument: "x.yaml", environment: {}, cwd }), { code: "MANIFEST_NOT_FOUND" });
    assert.throws(() => findManifest({ environment: { BACKPLANE_MANIFEST: "x.yaml" }, cwd }), {
      code: "MANIFEST_NOT_FOUND",
      message: /x\.yaml \(from BACKPLANE_MANIFEST\) does not exist/u,
    });
  });

  test("names `backplane init` when there is none", async (context) => {
    const cwd = await folderWith(context);
    assert.throws(() => findManifest({ environment: {}, cwd }), {
      code: "MANIFEST_NOT_FOUND",
      remedy: /`backplane init`/u,
    });
  });
});
