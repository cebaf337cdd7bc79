import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { satisfies } from "semver";
import { BasePlugin, BusinessPlugin, createRuntime, type PluginMetadata, version } from "../../mod.ts";
import { PluginTest, testPlugin, type TestPluginOptions } from "../../runtime/testing.ts";
import { until } from "../system/instance.ts";
import { tempDir } from "../temp_dir.ts";
import type { BlockRunner } from "./code_blocks.ts";
import { install } from "./installed.ts";
import { Machine, steps } from "./machine.ts";
import { testPage } from "./page.ts";
import { codeWords, firstColumn } from "./tables.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const page = "docs/plugins.md";
const machine = await Machine.make();
const HELLO = "backplane-plugin-hello";
const STARTED = /Start has settled/;
const here = (name: string): string => join(machine.folder, name);

/** Without a network: links in place of what npm would fetch. test/package installs with npm. */
function withoutInstall(text: string): string {
  return text.replaceAll(/^npm install( [\w @/-]+)?\n/gm, "");
}

/** A file of the reader's own, of the name that its first line says. */
function file(name: string, language = "ts", folder = ""): BlockRunner {
  const comment = language === "ts" ? "//" : "#";
  const write = ({ text }: { readonly text: string }): void => machine.write(here(join(folder, name)), text);
  return { language, starts: `${comment} ${name}\n`, run: write };
}

/** What the commands print, to the letter. */
function prints(command: string, status = 0): BlockRunner {
  return {
    language: "console",
    starts: `$ ${command}\n`,
    run: async ({ text }) => {
      for (const step of steps(text)) {
        assert.deepEqual(await machine.run(step.command), { output: step.output, status }, step.command);
      }
    },
  };
}

/** The ports of the manifest that `init` writes, as they are here. */
function usePorts(): void {
  const text = readFileSync(machine.path(here("core.yaml")), "utf8");
  const ports = "config: { publish_port: 5555, subscribe_port: 5556 }";
  const changed = text.replace(/^( *)message_bus: .*\n/m, (line, indent: string) => `${line}${indent}  ${ports}\n`);
  assert.notEqual(changed, text);
  machine.write(here("core.yaml"), changed);
}

/** The same while the till asks for another version of the contract than there is. */
function printsForVersion2(printing: BlockRunner): BlockRunner {
  return {
    ...printing,
    run: async (block, context) => {
      const path = here("plugins/till/plugin.ts");
      const text = readFileSync(machine.path(path), "utf8");
      const other = text.replace("[prices]", '[versioned(prices, "^2")]');
      machine.write(path, `import { versioned } from "backplane";\n${other}`);
      await printing.run(block, context);
      machine.write(path, text);
    },
  };
}

testPage(page, [
  {
    language: "sh",
    starts: "npm init -y\n",
    run: async ({ text }) => {
      const [init, type, ...others] = withoutInstall(text).split("\n");
      await machine.succeed(`${init}\n${type}`);
      install(machine, ["tsx", "valibot", "typescript", "@types"]);
      symlinkSync("../typescript/bin/tsc", machine.path(here("node_modules/.bin/tsc")));
      assert.match(await machine.succeed(others.join("\n")), /^# pass 1$/m);
      usePorts();
    },
  },
  {
    language: "sh",
    starts: "npx backplane start\n",
    run: async ({ text }) => void (await machine.openTerminal(text, STARTED)),
  },
  {
    language: "sh",
    starts: "curl -s http://127.0.0.1:8771/api/v1/tally",
    run: async ({ text }) => {
      assert.equal(await machine.succeed(text), '{"plugin":"tally"}');
      await machine.closeTerminal("SIGINT");
    },
  },
  file("plugins/tally/plugin.ts"),
  file("plugins/tally/plugin_test.ts"),
  {
    language: "sh",
    starts: "node --import tsx --test plugins/tally/plugin_test.ts\nnpx backplane start",
    run: async ({ text }) => {
      const [run, start] = text.split("\n") as [string, string];
      assert.match(await machine.succeed(run), /^# pass 1$/m);
      await machine.openTerminal(start, STARTED);
    },
  },
  {
    language: "sh",
    starts: 'echo "sold out" | npx backplane bus publish',
    run: async ({ text }) => {
      const [publish, ask] = text.split("\n") as [string, string];
      await machine.succeed(publish);
      await until(async () => (await machine.succeed(ask)) === '{"count":1}', "it came through the broker");
      await machine.closeTerminal("SIGINT");
    },
  },
  file("core.development.yaml", "yaml"),
  prints("npx backplane check", 78),
  file("phases.ts"),
  prints("node --import tsx phases.ts"),
  ...["journal/plugin", "journal/plugin_test", "prices/contract", "prices/plugin", "till/plugin"].map((name) =>
    file(`plugins/${name}.ts`),
  ),
  file("shop.yaml", "yaml"),
  prints("npx backplane plan shop.yaml"),
  printsForVersion2(prints("npx backplane check shop.yaml", 78)),
  ...["notes", "api_key", "served_by"].flatMap((name) => [
    file(`plugins/${name}/plugin.ts`),
    file(`plugins/${name}/plugin_test.ts`),
  ]),
  file("plugins/till/plugin_test.ts"),
  file("plugins/prices/plugin_test.ts"),
  {
    language: "sh",
    starts: "node --import tsx --test plugins/*/plugin_test.ts",
    run: async ({ text }) => assert.match(await machine.succeed(text), /^# pass 12$/m),
  },
  {
    language: "json",
    starts: `{\n  "name": "${HELLO}"`,
    run: ({ text }) => {
      const { peerDependencies } = JSON.parse(text) as { peerDependencies: { backplane: string } };
      assert.ok(satisfies(version, peerDependencies.backplane), "it takes the version of now");
      machine.write(here(`${HELLO}/package.json`), text);
    },
  },
  {
    language: "json",
    starts: '{\n  "compilerOptions": {',
    run: ({ text }) => machine.write(here(`${HELLO}/tsconfig.json`), text),
  },
  file("src/plugin.ts", "ts", HELLO),
  {
    language: "sh",
    starts: `cd ${HELLO}\n`,
    run: async ({ text }) => {
      assert.match(await machine.succeed(withoutInstall(text)), new RegExp(`^${HELLO}-1\\.0\\.0\\.tgz$`, "m"));
    },
  },
  {
    language: "sh",
    starts: `npm install ./${HELLO}/`,
    run: async ({ text }) => {
      const [, archive] = /^npm install (\S+)$/m.exec(text)!;
      const folder = `node_modules/${HELLO}`;
      await machine.succeed(`mkdir ${folder} && tar -xzf ${archive} -C ${folder} --strip-components 1`);
    },
  },
  file("hello.yaml", "yaml"),
  prints("npx backplane plan hello.yaml"),
  {
    language: "sh",
    starts: "npm install --save-dev typescript @types/node\nnpx tsc\n",
    run: async ({ text }) => void (await machine.succeed(withoutInstall(text))),
  },
]);

function membersOf(prototype: object): string[] {
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
}

test("docs/plugins.md lists every key of the metadata", () => {
  const keys: Readonly<Record<keyof PluginMetadata, true>> = {
    name: true,
    version: true,
    description: true,
    priority: true,
    requires: true,
    optional: true,
    provides: true,
    config: true,
  };
  assert.deepEqual(codeWords(firstColumn(page, "Metadata")).toSorted(), Object.keys(keys).toSorted());
});

test("docs/plugins.md states the deadlines as they are", async (t) => {
  const manifestObject = { core: { api_gateway: { plugins: { sample: {} } } } };
  const runtime = createRuntime({ manifestObject, baseDir: await tempDir(t), plugins: { sample: Sample } });
  await runtime.plan();
  const stated = readFileSync(join(project, page), "utf8").matchAll(/^\|.*\| `(\w+)_ms`, (\d+) s +\|/gm);
  const seconds = Array.from(stated, ([, name, number]) => [`${name}Ms`, Number(number) * 1_000] as const);
  assert.deepEqual(Object.fromEntries(seconds), runtime.manifest?.plugins[0]?.timeouts);
});

test("docs/plugins.md lists what every plugin inherits, but for its phases", () => {
  const members = membersOf(BasePlugin.prototype).filter((name) => !/^(?:initialize|start|stop)$/.test(name));
  assert.deepEqual(codeWords(firstColumn(page, "What `this` offers")).toSorted(), members.toSorted());
});

test("docs/plugins.md lists every option and every member of the test kit", () => {
  const options: Readonly<Record<keyof TestPluginOptions, true>> = {
    name: true,
    config: true,
    entry: true,
    services: true,
    phases: true,
    routes: true,
    beside: true,
    bus: true,
    variables: true,
    now: true,
    timeoutMs: true,
  };
  const members = [...membersOf(PluginTest.prototype), ...Object.keys(testPlugin(Sample))];
  assert.deepEqual(
    codeWords(firstColumn(page, "Testing")).toSorted(),
    [...Object.keys(options), ...members].toSorted(),
  );
});

class Sample extends BusinessPlugin {
  static override readonly metadata = { name: "Sample", version: "1.0.0", description: "for a test" };
}
