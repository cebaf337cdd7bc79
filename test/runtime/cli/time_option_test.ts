import assert from "node:assert/strict";
import { test } from "node:test";
import { toTimestamp } from "../../../runtime/cli/time_option.ts";

const NOW = Date.UTC(2026, 0, 31, 12);

test("toTimestamp() counts an age back from now", () => {
  const ages = { "30s": 30_000, "10m": 600_000, "2h": 7_200_000, "1d": 86_400_000, "1w": 604_800_000 };
  for (const [text, ms] of Object.entries(ages)) {
    assert.equal(toTimestamp("--since", text, NOW), new Date(NOW - ms).toISOString());
  }
});

test("toTimestamp() turns any offset into UTC", () => {
  assert.equal(toTimestamp("--since", "2026-01-31T12:00:00+02:00", NOW), "2026-01-31T10:00:00.000Z");
});

for (const text of ["", "yesterday", "10", "m", "-5m", "2026-01-31", "2026-13-31T12:00:00Z", "999999999w"]) {
  test(`toTimestamp() refuses "${text}"`, () => {
    assert.throws(() => toTimestamp("--since", text, NOW), { code: "CLI_USAGE", message: /--since/ });
  });
}
