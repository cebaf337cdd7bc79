import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blocksOf, type BlockRunner, type CodeBlock } from "./code_blocks.ts";

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
  {
    page: "docs/operators.md",
    language: "sh",
    starts: "useradd --system ",
    why: "it needs root and systemd; test:interop verifies the unit, the other tests of the page run its command",
    run: parses,
  },
  {
    page: "docs/operators.md",
    language: "dockerfile",
    starts: "FROM node:22-slim AS build",
    why: "it needs Docker and images from a registry; test/package installs the tarball, and the health check is run",
    run: dockerfileIsWhole,
  },
  {
    page: "docs/operators.md",
    language: "sh",
    starts: "docker build ",
    why: "it needs Docker",
    run: dockerCommandsFit,
  },
];

/** Bash reads it to its end. */
function parses({ text }: CodeBlock): void {
  const { status, stderr } = spawnSync("bash", ["-n", "-c", text], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

/** Known instructions with whole lists in JSON; what it starts is what the package ships. */
function dockerfileIsWhole({ text }: CodeBlock): void {
  const known = /^(?:FROM|WORKDIR|COPY|RUN|USER|ENV|VOLUME|EXPOSE|HEALTHCHECK|CMD) \S/;
  for (const line of text.split("\n").filter(Boolean)) assert.match(line, known);
  const lists = Array.from(text.matchAll(/CMD (\[.*\])$/gm), ([, list]) => JSON.parse(list!) as string[]);
  const { bin } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { bin: { backplane: string } };
  assert.deepEqual(lists.at(-1), ["node", `node_modules/backplane/${bin.backplane}`, "start"]);
}

/** It names the image and the folders of the Dockerfile before it, and waits longer than a stop takes (20 s). */
function dockerCommandsFit(block: CodeBlock): void {
  parses(block);
  const image = blocksOf(block.page).find(({ language }) => language === "dockerfile")!.text;
  assert.ok(Number(/--stop-timeout (\d+)/.exec(block.text)![1]) > 20);
  const mounts = Array.from(block.text.matchAll(/-v \S+?:(\/[^:\s"]+)/g), ([, path]) => path!);
  assert.equal(mounts.length, 2);
  assert.deepEqual(
    mounts.filter((path) => !image.includes(path)),
    [],
  );
}

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
