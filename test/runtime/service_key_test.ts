import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../runtime/errors.ts";
import { normalizeRequirement, serviceKey, versioned } from "../../runtime/service_key.ts";

const invalid = (error: unknown): boolean =>
  error instanceof BackplaneError && error.code === "PLUGIN_METADATA_INVALID";

for (const name of ["", "Db", "1db", "d-b", "d b", `d${"b".repeat(64)}`]) {
  test(`serviceKey() refuses the name ${JSON.stringify(name)}`, () => {
    assert.throws(() => serviceKey(name, "1.0.0"), invalid);
  });
}

for (const version of ["", "1", "1.0", "v1.0.0", "latest"]) {
  test(`serviceKey() refuses the version ${JSON.stringify(version)}`, () => {
    assert.throws(() => serviceKey("db", version), invalid);
  });
}

test("a key is frozen plain data", () => {
  const key = serviceKey("db", "1.2.3-rc.1");
  assert.deepEqual(key, { name: "db", version: "1.2.3-rc.1" });
  assert.ok(Object.isFrozen(key));
});

test("a requirement without a range wants ^ of the requirer's own copy", () => {
  assert.equal(normalizeRequirement(serviceKey("db", "1.2.0")).range, "^1.2.0");
});

test("versioned() carries its own range", () => {
  const key = serviceKey("db", "1.2.0");
  assert.deepEqual(normalizeRequirement(versioned(key, ">=1 <3")), { key, range: ">=1 <3" });
});
