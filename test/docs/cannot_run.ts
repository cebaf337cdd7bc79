import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BlockRunner, CodeBlock } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

interface Unrun extends BlockRunner {
  readonly page: string;
  readonly why: string;
}

/** Blocks that no test can run, why, and the strongest check there is. A block that is no longer there fails its page. */
export const cannotRun: readonly Unrun[] = [
  {
    page: "CONTRIBUTING.md",
    language: "sh",
    starts: "npm ci\nnpm run ok ",
    why: "it runs these tests; README.md's test runs `npm ci`",
    run: npmScriptsExist,
  },
  {
    page: "docs/benchmarks.md",
    language: "sh",
    starts: "npm run bench ",
    why: "it takes eight minutes; .ci/run runs the last line",
    run: benchmarksAreKnown,
  },
];

/** Every `npm run <script>` and `npm test` names a script of package.json. */
function npmScriptsExist({ text }: CodeBlock): void {
  const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { scripts: object };
  const named = Array.from(text.replaceAll(/#.*/g, "").matchAll(/npm (?:run )?(?!ci\b)([\w:]+)/g), ([, name]) => name!);
  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
}

/** What follows `--` is taken by the program behind the script, which refuses the name of a benchmark that there is none of. */
function benchmarksAreKnown(block: CodeBlock): void {
  npmScriptsExist(block);
  for (const [, args] of block.text.matchAll(/npm run bench -- (.*?) *#/g)) {
    const given = args!.replace("<binary>", process.execPath).split(" ");
    const bench = ["--import", "tsx", "test/bench/run.ts", ...given, "nonsense"];
    const { status, stderr } = spawnSync(process.execPath, bench, { cwd: project, encoding: "utf8" });
    assert.deepEqual([status, stderr.slice(0, 21)], [64, "Cannot run nonsense: "], stderr);
  }
}
