import { test } from "node:test";
import { blocksOf, type BlockRunner } from "./code_blocks.ts";
import { cannotRun } from "./cannot_run.ts";

/** Languages that this file tests, where another file tests the others. */
export interface Part {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/**
 * One test for each block of the page, in the page's order. A block that no runner takes fails, and so does a runner
 * that has no block. What cannot be run here is checked as `cannot_run.ts` says.
 */
export function testPage(page: string, runners: readonly BlockRunner[], { only, except = [] }: Part = {}): void {
  const isOurs = ({ language }: { readonly language: string }): boolean =>
    !except.includes(language) && (only === undefined || only.includes(language));
  const checks = cannotRun.filter((entry) => entry.page === page);
  const left = new Set<BlockRunner>([...runners, ...checks].filter((runner) => isOurs(runner)));
  for (const block of blocksOf(page).filter((each) => isOurs(each))) {
    const runner = [...left].find(
      ({ language, starts }) => language === block.language && block.text.startsWith(starts),
    );
    if (runner !== undefined) left.delete(runner);
    test(`${page}:${block.line} ${block.language} ${JSON.stringify(block.text.split("\n")[0])}`, async (context) => {
      if (block.language === "") throw new Error("the block names no language");
      if (runner === undefined) throw new Error("no test runs the block");
      await runner.run(block, context);
    });
  }
  test(`${page} has a block for each of its runners`, () => {
    const names = [...left].map(({ language, starts }) => `${language}: ${starts}`);
    if (names.length > 0) throw new Error(`no block begins so:\n${names.join("\n")}`);
  });
}
