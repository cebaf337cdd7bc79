import type { OtherRuntime } from "./binaries.ts";

/** How many tests there were, as the last lines of a runtime's own report tell it. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const reports: Readonly<Record<OtherRuntime, Readonly<Record<keyof Outcome, RegExp>>>> = {
  node26: { passed: /^(?:#|ℹ) pass (\d+)$/gm, failed: /^(?:#|ℹ) (?:fail|cancelled) (\d+)$/gm },
  bun: { passed: /^ *(\d+) pass$/gm, failed: /^ *(\d+) fail$/gm },
  deno: { passed: /^(?:ok|FAILED) \| (\d+) passed/gm, failed: /^(?:ok|FAILED) \|.*\| (\d+) failed/gm },
};

/** @param report what the runtime wrote, without colours */
export function outcomeOf(runtime: OtherRuntime, report: string): Outcome {
  const count = (pattern: RegExp): number =>
    [...report.matchAll(pattern)].reduce((sum, [, digits]) => sum + Number(digits), 0);
  return { passed: count(reports[runtime].passed), failed: count(reports[runtime].failed) };
}
