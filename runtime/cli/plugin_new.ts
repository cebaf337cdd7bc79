import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import type { PriorityBand } from "../../schemas/priority_band.ts";
import { BackplaneError, type ExitCode } from "../errors.ts";
import { quoteForShell } from "../file_error.ts";
import { runtimeName, stripsTypes } from "../host.ts";
import { builtinNames } from "../loader/module_specifier.ts";
import { printableJson } from "../log/format.ts";
import { findManifest } from "../manifest/find.ts";
import { insertPlugin } from "../manifest/insert_plugin.ts";
import { builtins } from "../prepare.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { ManifestFile } from "./manifest_file.ts";
import { makeFolder, type NewFile } from "./new_folder.ts";
import { type NextCommands, nextCommands } from "./next_commands.ts";
import { requireFreeWord } from "./plugin_name.ts";
import { hasTsconfig, lookAround, type Surroundings, TSCONFIG } from "./surroundings.ts";
import { contractTemplate } from "./templates/contract_template.ts";
import { extensionOf, type Language, type PluginSpec } from "./templates/plugin_spec.ts";
import { pluginTemplate } from "./templates/plugin_template.ts";
import { testTemplate } from "./templates/test_template.ts";
import { tsconfigTemplate } from "./templates/tsconfig_template.ts";

export interface PluginNewOptions extends ManifestOptions {
  readonly name: string;
  readonly band: PriorityBand;
  /** True: a service called as the plugin. */
  readonly provides?: string | true | undefined;
  readonly language: Language;
  readonly json: boolean;
}

/**
 * Writes a plugin, its test and its entry in the manifest: all of it, or nothing. In TypeScript also a tsconfig.json
 * beside the manifest, where there is none.
 * @throws MANIFEST_NOT_FOUND, MANIFEST_INVALID, CLI_INPUT_INVALID, PLUGIN_EXISTS, CLI_WRITE_FAILED
 */
export async function pluginNew(options: PluginNewOptions, { output }: CommandContext): Promise<ExitCode> {
  const spec = await settleSpec(options);
  const cwd = process.cwd();
  const path = findManifest({ argument: options.manifest, environment: process.env, cwd });
  const manifest = await ManifestFile.open(path);
  if (manifest.pluginNames.has(spec.name)) throw taken(spec.name, `${path} has a plugin of that name`);
  const files = filesOf(spec);
  const module = `./plugins/${spec.name}/${files[0]!.name}`;
  const text = insertPlugin(manifest.text, { name: spec.name, module });
  if (text === undefined) throw unfit(path, spec.name, module);
  const home = dirname(path);
  const parent = join(home, "plugins");
  const tsconfig = spec.language === "typescript" && !(await hasTsconfig(home)) ? [TSCONFIG] : [];
  const beside = tsconfig.map((file) => ({ name: file, text: tsconfigTemplate() }));
  await makeFolder({ parent, name: spec.name, files, beside }, () => manifest.replace(text));
  const folder = join(parent, spec.name);
  const made = files.map((file) => join(folder, file.name));
  const written = [...made, ...tsconfig.map((file) => join(home, file))];
  const commands = nextCommands(runtimeName(), stripsTypes());
  const around = await lookAround(folder, spec.language, commands);
  const next = nextSteps(options, {
    home,
    folder,
    test: made.at(-1)!,
    isChecked: tsconfig.length > 0,
    around,
    commands,
  });
  const { name } = spec;
  const answer = { plugin: name, manifest: path, module, files: written, next };
  output.line(options.json ? printableJson(answer) : textOf(answer, cwd));
  return 0;
}

interface Answer {
  readonly plugin: string;
  readonly manifest: string;
  readonly module: string;
  readonly files: readonly string[];
  readonly next: readonly string[];
}

function textOf({ plugin, manifest, files, next }: Answer, cwd: string): string {
  const wrote = files.map((file) => `Wrote ${relative(cwd, file)}`);
  return [...wrote, `Added ${plugin} to ${relative(cwd, manifest)}. Next:`, ...next.map((step) => `  ${step}`)].join(
    "\n",
  );
}

/** @throws CLI_INPUT_INVALID, PLUGIN_EXISTS */
async function settleSpec({ name, band, provides, language }: PluginNewOptions): Promise<PluginSpec> {
  requireFreeWord("plugin", name);
  // What other plugins stand on is a service.
  const asked = provides ?? (band === "infrastructure" ? true : undefined);
  const service = asked === true ? name : asked;
  if (service !== undefined) requireFreeWord("service", service);
  const builtin = await builtinNames({ ...builtins, baseDir: "" });
  for (const word of [name, service ?? name]) {
    if (builtin.has(word)) throw taken(word, "a built-in plugin is called so");
  }
  return { name, band, provides: service, language };
}

/** The plugin first, its test last. */
function filesOf(spec: PluginSpec): readonly NewFile[] {
  const extension = extensionOf(spec.language);
  const contract =
    spec.provides === undefined ? [] : [{ name: `contract.${extension}`, text: contractTemplate(spec, spec.provides) }];
  return [
    { name: `plugin.${extension}`, text: pluginTemplate(spec) },
    ...contract,
    { name: `plugin_test.${extension}`, text: testTemplate(spec) },
  ];
}

interface Written {
  /** That of the manifest. */
  readonly home: string;
  /** That of the plugin. */
  readonly folder: string;
  readonly test: string;
  /** Whether types can be checked from now on. */
  readonly isChecked: boolean;
  readonly around: Surroundings;
  readonly commands: NextCommands;
}

function nextSteps({ manifest, language }: PluginNewOptions, written: Written): readonly string[] {
  const { test, isChecked, around, commands } = written;
  const named = manifest === undefined ? "" : ` ${shown(resolve(manifest))}`;
  return [
    ...(language === "typescript" ? becomeModule(written) : []),
    ...(around.missing.length === 0 ? [] : [commands.add(around.missing)]),
    commands.test(shown(test)),
    ...(isChecked ? typeCheck(written) : []),
    `${commands.backplane} start${named}`,
  ];
}

/** Type checks refuse what is written in a package that is no ES module. */
function becomeModule({ home, around: { packageType }, commands: { makeModule } }: Written): readonly string[] {
  if (packageType === "module" || makeModule === undefined) return [];
  return packageType === "commonjs"
    ? [makeModule]
    : [`echo '{ "type": "module" }' > ${shown(join(home, "package.json"))}`];
}

function typeCheck({ home, folder, around: { missingForTypes }, commands }: Written): readonly string[] {
  const check = commands.checkTypes(shown(folder), home === process.cwd() ? undefined : shown(home));
  return missingForTypes.length === 0 ? [check] : [commands.addForDevelopment(missingForTypes), check];
}

function shown(path: string): string {
  return quoteForShell(relative(process.cwd(), path));
}

function taken(name: string, why: string): BackplaneError {
  return new BackplaneError("PLUGIN_EXISTS", `Cannot make a plugin "${name}": ${why}.`, {
    remedy: "Choose another name.",
  });
}

function unfit(path: string, name: string, module: string): BackplaneError {
  return new BackplaneError(
    "CLI_WRITE_FAILED",
    `Cannot add "${name}" to ${path}: its core.api_gateway.plugins is no map that an entry can be added to.`,
    {
      remedy: `Make it one, a line for each plugin, then run it again; or write the entry yourself: ${name}: { module: ${module} }. Nothing was changed.`,
    },
  );
}
