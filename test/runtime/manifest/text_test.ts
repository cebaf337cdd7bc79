import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { readManifest } from "../../../runtime/manifest/read.ts";
import { limits } from "../../../runtime/manifest/limits.ts";
import { readBounded } from "../../../runtime/manifest/text.ts";
import { tempDir } from "../../temp_dir.ts";

test("readBounded() reads up to the limit and no byte more", async (context) => {
  const path = join(await tempDir(context), "file");
  const text = "x".repeat(100_000);
  await writeFile(path, text);
  const read = await readBounded(path, text.length);
  assert.equal(read.kind === "read" && read.bytes.toString(), text);
  assert.equal((await readBounded(path, text.length - 1)).kind, "too_large");
});

const ENDLESS = "/proc/self/pagemap";
test("readBounded() ends on a file that says it is empty and is not", { skip: !existsSync(ENDLESS) }, async () => {
  assert.equal((await readBounded(ENDLESS, 65_536)).kind, "too_large");
});

test("a value with very many wrong interpolations gives no more faults than any other text", async () => {
  const references = Array.from({ length: limits.faults * 2 }, (_, index) => `\${env:X${index}}`);
  const text = `core: "${references.join("")}"`;
  await assert.rejects(readManifest({ source: { text, baseDir: "/base" }, environment: {} }), (error) => {
    assert.ok(error instanceof BackplaneError);
    assert.ok(error.faults.length <= limits.faults + 1);
    return true;
  });
});
