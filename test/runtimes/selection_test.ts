import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { exceptions } from "./selection.ts";

test("every exception of the runtimes names a file or folder that is there", () => {
  const missing = exceptions.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.deepEqual(missing, []);
});
