import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { addBusCommands } from "../../runtime/cli/bus_commands.ts";
import { addInstanceCommands } from "../../runtime/cli/instance_commands.ts";
import { addManifestCommands } from "../../runtime/cli/manifest_commands.ts";
import { addPluginCommands } from "../../runtime/cli/plugin_commands.ts";
import { pages, proseOf, spansOf } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { scripts: object };
const program = new Command("backplane");
for (const add of [addManifestCommands, addInstanceCommands, addBusCommands, addPluginCommands]) {
  add(program, () => Promise.reject(new Error("it is only looked at")));
}

/** @returns what is wrong with a command line of ours, or undefined */
function wrong(line: string): string | undefined {
  const words = line.match(/"[^"]*"|\[[^\]]*\]|\S+/g) ?? [];
  let command = program;
  let place = 1;
  for (; command.commands.length > 0; place += 1) {
    const next = command.commands.find((each) => each.name() === words[place]);
    if (next === undefined) return words.length === place ? undefined : `no command "${words[place]}"`;
    command = next;
  }
  let given = 0;
  for (; place < words.length; place += 1) {
    const word = words[place]!;
    const option = command.options.find(({ long }) => long === word);
    if (word.startsWith("--") && option === undefined && word !== "--help") return `no option ${word}`;
    if (option?.required === true) place += 1;
    if (!word.startsWith("--")) given += 1;
  }
  const allowed = command.registeredArguments.length;
  return given > allowed ? `${given} arguments, it takes ${allowed}` : undefined;
}

/** All commands that do something, by their paths: `backplane bus publish`. */
function leaves(command: Command, path: string): [string, Command][] {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`));
}

for (const page of pages()) {
  test(`${page} names only commands, options and scripts that there are`, () => {
    const faults: string[] = [];
    for (const span of spansOf(page)) {
      const own = /(?:^(?:npx |.*\.bin\/)?backplane|backplane\.js) (\w.*)$/.exec(span)?.[1];
      const fault = own === undefined ? undefined : wrong(`backplane ${own}`);
      if (fault !== undefined) faults.push(`${span}: ${fault}`);
      for (const [, script] of span.matchAll(/\bnpm (?:run )?([\w:]+)/g)) {
        const builtIn =
          !span.includes("npm run") && ["ci", "install", "pack", "prune", "pkg", "init"].includes(script!);
        if (!builtIn && !Object.hasOwn(scripts, script!)) faults.push(`${span}: no script ${script}`);
      }
    }
    assert.deepEqual(faults, []);
  });
}

test("a command line that would be refused is seen", () => {
  assert.equal(wrong("backplane lgos"), 'no command "lgos"');
  assert.equal(wrong("backplane bus send logs.a"), 'no command "send"');
  assert.equal(wrong("backplane logs --query hello"), "no option --query");
  assert.equal(wrong("backplane explain greeter core.yaml more"), "3 arguments, it takes 2");
  assert.equal(wrong('backplane logs --q "disk full" --follow'), undefined);
});

const all = leaves(program, "backplane");

test("README.md names every command", () => {
  const named = spansOf("README.md");
  const unnamed = all.filter(([path]) => !named.some((span) => span === path || span.startsWith(`${path} `)));
  assert.deepEqual(unnamed, []);
  assert.ok(all.length > 8);
});

test("all commands but `init` have --json, and where they look for the manifest is said in docs/manifest.md", () => {
  const having = (long: string): string[] =>
    all.filter(([, { options }]) => options.some((option) => option.long === long)).map(([path]) => path);
  const paths = all.map(([path]) => path);
  assert.deepEqual(
    paths.filter((path) => !having("--json").includes(path)),
    ["backplane init"],
  );
  const sentence = /^1\. the argument of (.*); `--manifest` of (.*)$/m.exec(proseOf("docs/manifest.md"))!;
  const names = (list: string): string[] => Array.from(list.matchAll(/`([^`]+)`/g), ([, name]) => `backplane ${name}`);
  const taking = all.filter(([, { registeredArguments }]) =>
    registeredArguments.some((each) => each.name() === "manifest"),
  );
  assert.deepEqual(taking.map(([path]) => path).toSorted(), names(sentence[1]!).toSorted());
  const within = (path: string): boolean => names(sentence[2]!).some((name) => `${path} `.startsWith(`${name} `));
  assert.deepEqual(
    paths.filter((path) => within(path)),
    having("--manifest"),
  );
});
