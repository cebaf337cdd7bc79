import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { binaryOf } from "./binaries.ts";
import { filesOf, readerFolder } from "./reader_folder.ts";

const files = new Map([...filesOf("docs/plugins.md")].filter(([name]) => name.startsWith("plugins/")));
const tests = [...files.keys()].filter((name) => name.endsWith("_test.ts"));
const runs = [
  ["node26", ["--test", "--test-reporter=tap", ...tests], /^# pass 12$/m],
  ["bun", ["test", "plugins"], /^ 12 pass$/m],
  // The types are not looked up through the link that stands here for an installed package.
  ["deno", ["test", "-A", "--no-check", "plugins"], /\b12 passed \| 0 failed\b/],
] as const;

for (const [runtime, args, passed] of runs) {
  test(`the tests of docs/plugins.md pass on ${runtime}, without a loader`, async (t) => {
    const cwd = await readerFolder(t, files);
    const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, BACKPLANE_MANIFEST: ___, ...env } = process.env;
    const options = { cwd, encoding: "utf8", env: { ...env, NO_COLOR: "1" } } as const;
    const { status, stdout, stderr } = spawnSync(binaryOf(runtime), args, options);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout + stderr, passed);
  });
}
