import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type BackplaneError, createRuntime, type RuntimeEvent } from "../../mod.ts";
import type { BlockRunner } from "./code_blocks.ts";
import { install } from "./installed.ts";
import { Machine, steps } from "./machine.ts";
import { testPage } from "./page.ts";
import { codeWords, firstColumn } from "./tables.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = "docs/hosts.md";
const machine = await Machine.make();
const programs: string[] = [];
let stopped = "";

/** A program of the reader's own, in a file of the name that its first line says. */
function program(name: string): BlockRunner {
  const write = ({ text }: { readonly text: string }): void => {
    programs.push(name);
    machine.write(join(machine.folder, name), text);
  };
  return { language: "ts", starts: `// ${name}\n`, run: write };
}

/** What that program prints, to the letter. */
function prints(name: string): BlockRunner {
  return {
    language: "console",
    starts: `$ node --import tsx ${name}\n`,
    run: async ({ text }) => {
      for (const { command, output } of steps(text)) assert.equal(await machine.succeed(command), output);
    },
  };
}

/** One of config/examples/hosts, as its file is; test/system and test/runtimes run the files. */
function example(name: string, starts: string): BlockRunner {
  const compare = ({ text }: { readonly text: string }): void => {
    assert.equal(text, readFileSync(join(project, "config", "examples", "hosts", name), "utf8"));
  };
  return { language: "ts", starts, run: compare };
}

testPage(PAGE, [
  {
    language: "sh",
    starts: "npm init -y\n",
    run: async ({ text }) => {
      const isInstall = (line: string): boolean => line.startsWith("npm install ");
      const lines = text.trimEnd().split("\n");
      await machine.succeed(lines.filter((line) => !isInstall(line)).join("\n"));
      // Without a network: links in place of what npm would fetch. test/package installs with npm.
      assert.deepEqual(lines.filter(isInstall), [
        "npm install backplane",
        "npm install --save-dev typescript @types/node",
      ]);
      install(machine, ["tsx", "typescript", "@types"]);
    },
  },
  program("hello.ts"),
  prints("hello.ts"),
  program("failures.ts"),
  prints("failures.ts"),
  program("refused.ts"),
  prints("refused.ts"),
  program("services.ts"),
  prints("services.ts"),
  program("watch.ts"),
  prints("watch.ts"),
  example("node_http.ts", "/** A server of node:http"),
  example("express.ts", "/** An Express app"),
  example("hono.ts", "/** A Hono app"),
  example("bun.ts", "/** Bun's own server"),
  example("deno.ts", "/** Deno's own server"),
  program("ticker.ts"),
  {
    language: "yaml",
    starts: "# core.yaml",
    run: ({ text }) => machine.write("/opt/backplane/core.yaml", text),
  },
  program("listen.ts"),
  {
    language: "sh",
    starts: "node --import tsx listen.ts",
    run: async ({ text }) => void (await machine.openTerminal(text, /Start has settled/)),
  },
  {
    language: "sh",
    starts: "curl -s http://127.0.0.1:8771/api/v1/ticks",
    run: async ({ text }) => {
      const { ticks } = JSON.parse(await machine.succeed(text)) as { ticks: unknown };
      assert.equal(typeof ticks, "number");
      const { status, output } = await machine.closeTerminal("SIGINT");
      assert.equal(status, 0);
      stopped = output;
    },
  },
  {
    language: "text",
    starts: "info Starting",
    run: ({ text }) => assert.equal(stopped, text),
  },
  program("embedded.ts"),
  prints("embedded.ts"),
  program("strays.ts"),
  prints("strays.ts"),
  program("several.ts"),
  prints("several.ts"),
]);

test("the programs of docs/hosts.md type-check", async () => {
  assert.ok(programs.length > 8);
  const settings = { target: "ES2023", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
  machine.write("/opt/backplane/tsconfig.json", JSON.stringify({ compilerOptions: settings, files: programs }));
  await machine.succeed("node node_modules/typescript/bin/tsc");
});

test("docs/hosts.md lists every option", () => {
  assert.throws(
    () => createRuntime({ nonsense: true } as object),
    ({ remedy }: BackplaneError) => {
      assert.deepEqual(codeWords(firstColumn(PAGE, "The options")), /: (.*)\.$/.exec(remedy)?.[1]?.split(", "));
      return true;
    },
  );
});

test("docs/hosts.md lists all that a runtime can do", () => {
  const members = Object.getOwnPropertyNames(Object.getPrototypeOf(createRuntime())).filter((n) => n !== "constructor");
  const listed = codeWords(firstColumn(PAGE, "What a runtime can do")).filter((name) => name !== "await");
  assert.deepEqual(listed.toSorted(), [...members, "manifest"].toSorted());
});

test("docs/hosts.md lists every event", () => {
  const types: Readonly<Record<RuntimeEvent["type"], true>> = {
    runtime_starting: true,
    runtime_started: true,
    runtime_stopping: true,
    runtime_stopped: true,
    plugin_state: true,
    plugins_slow: true,
    plugin_problem: true,
    gateway_composed: true,
    gateway_listening: true,
    gateway_draining: true,
    gateway_closed: true,
  };
  assert.deepEqual(codeWords(firstColumn(PAGE, "Watching and steering")), Object.keys(types));
});
