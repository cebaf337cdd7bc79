import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { blocksOf, pages } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const files = (folder: string, suffix: string): string[] =>
  readdirSync(join(project, folder))
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(folder, name));

test("every page that shows code has a test that runs it", () => {
  const tests = [...files("test/docs", "_page_test.ts"), ...files("test/interop", "_page_test.ts")]
    .map((path) => readFileSync(join(project, path), "utf8"))
    .join("\n");
  const shown = pages().filter((page) => blocksOf(page).length > 0);
  assert.ok(shown.length > 5);
  assert.deepEqual(
    shown.filter((page) => !tests.includes(`"${page}"`)),
    [],
  );
});
