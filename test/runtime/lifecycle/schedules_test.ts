import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { schedule } from "./schedules.ts";
import { Trial } from "./trial.ts";

/** More of them by hand: `SCHEDULES=20000`. */
const numRuns = Number(process.env["SCHEDULES"] ?? 300);

test("no schedule of failures, time-outs and commands leaves a plugin hanging or breaks an invariant", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (given) => await new Trial(given).play(given)),
    { numRuns, includeErrorInReport: true },
  );
});

/** Cuts a schedule off by stopAll at a random moment. */
test("stopAll() at any moment brings everything down in reverse order within its budget", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, fc.integer({ min: 0, max: 80 }), async (given, moment) => {
      await new Trial(given).cut(given, moment);
    }),
    { numRuns, includeErrorInReport: true },
  );
});
