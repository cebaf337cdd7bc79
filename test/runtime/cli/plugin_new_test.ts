import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { requireFreeWord } from "../../../runtime/cli/plugin_name.ts";
import { contractTemplate } from "../../../runtime/cli/templates/contract_template.ts";
import { camelCase, pascalCase, type PluginSpec, titleOf } from "../../../runtime/cli/templates/plugin_spec.ts";
import { pluginTemplate } from "../../../runtime/cli/templates/plugin_template.ts";
import { testTemplate } from "../../../runtime/cli/templates/test_template.ts";
import { bandNames } from "../../../schemas/priority_band.ts";
import { tempDir } from "../../temp_dir.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));

describe("requireFreeWord()", () => {
  test("takes lower-case words", () => {
    for (const name of ["greeter", "order_book", "a1"]) requireFreeWord("plugin", name);
  });

  const bad: Readonly<Record<string, RegExp>> = {
    "My-Plugin": /for example my_plugin\.$/,
    orderBook: /for example order_book\.$/,
    "../x": /for example x\.$/,
    "": /at most 64\.$/,
    "1": /at most 64\.$/,
    ["a".repeat(65)]: /for example a{64}\.$/,
  };
  for (const [name, remedy] of Object.entries(bad)) {
    test(`refuses "${name.slice(0, 12)}" with a name that would do`, () => {
      assert.throws(() => requireFreeWord("plugin", name), { code: "CLI_INPUT_INVALID", remedy });
    });
  }

  for (const name of ["class", "new_", "config", "runtime", "constructor", "security", "running"]) {
    test(`refuses the reserved word ${name}`, () => {
      assert.throws(() => requireFreeWord("service", name), { code: "CLI_INPUT_INVALID", message: /reserved/ });
    });
  }
});

test("names are spelt as code and people spell them", () => {
  assert.deepEqual(
    [pascalCase("order_book2"), camelCase("order_book2"), titleOf("order__book")],
    ["OrderBook2", "orderBook2", "Order book"],
  );
});

describe("The files of a new plugin", () => {
  const names = ["greeter", "order_book", "name", "message", "principal", "response", "promise", "n"];
  const specs = bandNames
    .flatMap((band) =>
      [undefined, ...names].map((provides): PluginSpec => ({
        name: "greeter",
        band,
        provides,
        language: "typescript",
      })),
    )
    // The command gives an infrastructure plugin a service in any case.
    .filter(({ band, provides }) => band !== "infrastructure" || provides !== undefined);
  test("are correct TypeScript under strict nodenext, in every band, whatever the service is called", async (t) => {
    const folder = await tempDir(t);
    for (const [index, spec] of specs.entries()) await writeAll(join(folder, String(index)), spec);
    const paths = {
      backplane: [join(project, "mod.ts")],
      "backplane/testing": [join(project, "runtime/testing.ts")],
      "backplane/plugins/*": [join(project, "plugins/*/contract.ts")],
    };
    const compilerOptions = {
      ...{ target: "ES2022", lib: ["ES2023", "ESNext.Disposable", "ES2024.String"], module: "nodenext", paths },
      ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true, types: ["node"] },
      ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitOverride: true },
      ...{ noUnusedLocals: true, noUnusedParameters: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true },
      typeRoots: [join(project, "node_modules/@types")],
    };
    await writeFile(join(folder, "package.json"), `{ "type": "module" }`);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const tsc = join(project, "node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    assert.deepEqual([stdout, status], ["", 0]);
  });
});

async function writeAll(folder: string, spec: PluginSpec): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, "plugin.ts"), pluginTemplate(spec));
  await writeFile(join(folder, "plugin_test.ts"), testTemplate(spec));
  if (spec.provides !== undefined) await writeFile(join(folder, "contract.ts"), contractTemplate(spec, spec.provides));
}
