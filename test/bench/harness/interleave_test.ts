import assert from "node:assert/strict";
import { test } from "node:test";
import { interleave, type Trial } from "./interleave.ts";

const options = { budgetMs: Infinity, progress: (): void => undefined };

function recorded(
  runs: string[],
  name: string,
  group?: string,
  answer: { readonly ms: number } | null = { ms: 1 },
): Trial {
  const run = async (): Promise<{ readonly ms: number } | undefined> => {
    runs.push(name);
    return answer ?? undefined;
  };
  return group === undefined ? { name, run } : { name, group, run };
}

test("interleave() runs every trial once a round, in the opposite order every other round", async () => {
  const runs: string[] = [];
  await interleave([recorded(runs, "a"), recorded(runs, "b")], { ...options, rounds: 3 });
  assert.deepEqual(runs, ["a", "b", "b", "a", "a", "b"]);
});

test("interleave() tries nothing of a group again in which one has given up", async () => {
  const runs: string[] = [];
  const trials = [recorded(runs, "small", "g"), recorded(runs, "great", "g", null), recorded(runs, "other")];
  const measured = await interleave(trials, { ...options, rounds: 2 });
  assert.deepEqual(runs, ["small", "great", "other", "other"]);
  assert.ok(Number.isNaN(measured.median("great", "ms")));
});
