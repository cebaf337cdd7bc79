import assert from "node:assert/strict";
import { test } from "node:test";
import { growthExponent, median, medianRatio } from "./statistics.ts";

test("median() is the middle of the values by size, and the upper one of two in the middle", () => {
  assert.equal(median([10, 9, 100]), 10);
  assert.equal(median([1, 4, 2, 3]), 3);
});

test("median() of nothing is not a number", () => {
  assert.ok(Number.isNaN(median([])));
});

test("medianRatio() compares what was measured in the same round", () => {
  // A slow second round slows both: the ratio of the medians would be 20 / 10.
  assert.equal(medianRatio([3, 300, 20], [1, 100, 10]), 3);
});

test("medianRatio() leaves out the rounds that only one of them has", () => {
  assert.equal(medianRatio([8, 100, 100], [2]), 4);
});

test("growthExponent() finds the power of a power law, whatever its factor", () => {
  for (const [power, factor] of [
    [1, 0.02],
    [2, 5],
    [0.5, 1],
  ] as const) {
    const points = [10, 100, 5_000].map((n) => [n, factor * n ** power] as const);
    assert.ok(Math.abs(growthExponent(points) - power) < 1e-9, `n^${power}`);
  }
});
