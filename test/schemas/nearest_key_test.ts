import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nearestKey } from "../../schemas/nearest_key.ts";

const known = ["enabled", "module", "priority", "depends_on", "critical", "timeouts", "config", "stop_ms", "start_ms"];

describe("nearestKey()", () => {
  test("finds the key a misspelling stands for", () => {
    const misspelt = { enable: "enabled", moduel: "module", priorty: "priority", dependsOn: "depends_on" };
    const more = { "depends-on": "depends_on", Critical: "critical", stopMs: "stop_ms", strat_ms: "start_ms" };
    for (const [key, meant] of Object.entries({ ...misspelt, ...more })) assert.equal(nearestKey(key, known), meant);
  });

  test("finds none where none is near, or the word is no misspelling at all", () => {
    for (const key of ["", "x", "password", "e".repeat(100_000)]) assert.equal(nearestKey(key, known), undefined);
    assert.equal(nearestKey("port", []), undefined);
  });
});
