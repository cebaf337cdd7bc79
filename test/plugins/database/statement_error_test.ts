import assert from "node:assert/strict";
import { test } from "node:test";
import { diskRemedy } from "../../../plugins/database/statement_error.ts";

test("diskRemedy() says what a full, failing or read-only disk needs, and nothing of other errors", () => {
  const coded = (code: string): Error => Object.assign(new Error("x"), { code });
  assert.equal(diskRemedy(coded("SQLITE_FULL")), "Free space on the disk that holds data_dir.");
  assert.match(diskRemedy(coded("SQLITE_IOERR_WRITE")) ?? "", /^Check the disk/);
  assert.match(diskRemedy(coded("SQLITE_READONLY")) ?? "", /writable/);
  assert.equal(diskRemedy(coded("SQLITE_CORRUPT")), undefined);
  assert.equal(diskRemedy("x"), undefined);
});
