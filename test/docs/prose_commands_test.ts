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
import { pages } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { scripts: object };
const program = new Command("backplane");
for (const add of [addManifestCommands, addInstanceCommands, addBusCommands, addPluginCommands]) {
  add(program, () => Promise.reject(new Error("it is only looked at")));
}

/** What a page names between backticks in its sentences, whole blocks left out. */
function spans(page: string): string[] {
  const prose = readFileSync(join(project, page), "utf8").replaceAll(/^( *)(`{3,}).*?^\1\2$/gms, "");
  return Array.from(prose.matchAll(/`([^`]+)`/g), ([, span]) => span!.replaceAll(/\s+/g, " "));
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

/** The paths of all commands that do something: `bus publish`. */
function leaves(command: Command, path: string): string[] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`));
}

for (const page of pages()) {
  test(`${page} names only commands, options and scripts that there are`, () => {
    const faults: string[] = [];
    for (const span of spans(page)) {
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

test("README.md names every command", () => {
  const named = spans("README.md");
  const all = leaves(program, "backplane");
  assert.ok(all.length > 8, all.join());
  assert.deepEqual(
    all.filter((path) => !named.some((span) => span === path || span.startsWith(`${path} `))),
    [],
  );
});
