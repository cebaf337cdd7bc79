import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { version } from "../mod.ts";

for (const file of ["package.json", "deno.json"]) {
  test(`the version in the code is that of ${file}`, async () => {
    const text = await readFile(new URL(`../${file}`, import.meta.url), "utf8");
    assert.equal((JSON.parse(text) as { version: string }).version, version);
  });
}
