import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { nodeOnly } from "./selection.ts";

test("every entry of what runs on Node alone is a file or folder that is there", () => {
  const missing = nodeOnly.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.deepEqual(missing, []);
});
