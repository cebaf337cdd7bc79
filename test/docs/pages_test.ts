import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { blocksOf } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const files = (folder: string, suffix: string): string[] =>
  readdirSync(join(project, folder))
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(folder, name));

test("every page that shows code has a test that runs it", () => {
  const tests = [...files("test/docs", "_page_test.ts"), ...files("test/interop", "_page_test.ts")]
    .map((path) => readFileSync(join(project, path), "utf8"))
    .join("\n");
  const pages = [...files("", ".md"), ...files("docs", ".md")].filter((page) => blocksOf(page).length > 0);
  assert.ok(pages.length > 5);
  assert.deepEqual(
    pages.filter((page) => !tests.includes(`"${page}"`)),
    [],
  );
});
