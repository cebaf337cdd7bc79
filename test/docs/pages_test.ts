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

test("what a page's test leaves out, its test in test/interop runs", () => {
  const read = (path: string): string => readFileSync(join(project, path), "utf8");
  const languages = (text: string, option: string): string[] => {
    const list = new RegExp(`\\{ ${option}: \\[([^\\]]*)\\]`).exec(text)?.[1] ?? "";
    return Array.from(list.matchAll(/"(\w+)"/g), ([, language]) => language!).toSorted();
  };
  const tests = files("test/docs", "_page_test.ts");
  const leavingOut = tests.filter((path) => languages(read(path), "except").length > 0);
  assert.ok(leavingOut.length > 0);
  for (const path of tests) assert.deepEqual(languages(read(path), "only"), [], path);
  for (const path of leavingOut) {
    const other = read(path.replace("/docs/", "/interop/"));
    assert.deepEqual(languages(other, "only"), languages(read(path), "except"), path);
  }
});
