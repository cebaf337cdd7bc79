import { isAbsolute } from "node:path";
import { BackplaneError } from "./errors.ts";
import {
  anything,
  callback,
  clockLike,
  flag,
  hostServices,
  map,
  milliseconds,
  type OptionRules,
  text,
  wrongOptions,
} from "./option_rule.ts";
import type { RuntimeOptions } from "./options.ts";
import { SERVICE_NAME } from "./service_key.ts";
import { config, runtimeLog } from "./system_services.ts";

/** Every option there is, and what it must be where it is given. */
const rules: OptionRules<RuntimeOptions> = {
  manifest: {
    holds: (value) => isFileUrl(value) || (typeof value === "string" && value !== ""),
    must: "a path or a file URL",
  },
  manifestText: text,
  // Whatever it is, the manifest's own check says what is wrong with it.
  manifestObject: anything,
  baseDir: {
    holds: (value) => isFileUrl(value) || (typeof value === "string" && isAbsolute(value)),
    must: "an absolute path or a file URL",
  },
  environment: text,
  variables: map,
  plugins: { holds: map.holds, must: "an object of plugin classes by name" },
  services: hostServices,
  listen: { holds: flag.holds, must: "true or false; the manifest says which host and port" },
  handleSignals: flag,
  logger: { holds: callback.holds, must: "a function that takes one record" },
  registerTypeScript: callback,
  clock: clockLike,
  stopBudgetMs: milliseconds,
};

/**
 * Looks at the options as a program in plain JavaScript may have written them.
 * @throws RUNTIME_OPTIONS_INVALID with everything that is wrong
 */
export function checkOptions(options: unknown): asserts options is RuntimeOptions {
  if (!map.holds(options)) {
    const remedy = 'Write createRuntime({ manifest: "core.yaml" }), for example.';
    throw invalid(["the options must be an object"], remedy);
  }
  const wrong = wrongOptions(options as Record<string, unknown>, rules);
  if (wrong.length === 0) wrong.push(...wrongTogether(options as RuntimeOptions));
  if (wrong.length > 0) throw invalid(wrong, `The options are: ${Object.keys(rules).join(", ")}.`);
}

function wrongTogether(options: RuntimeOptions): string[] {
  const { manifest, manifestText, manifestObject, baseDir, plugins = {}, services = [] } = options;
  const inline = manifestText !== undefined || manifestObject !== undefined;
  const wrong: string[] = [];
  if ([manifest, manifestText, manifestObject].filter((given) => given !== undefined).length > 1) {
    wrong.push("only one of manifest, manifestText and manifestObject can be given");
  }
  if (inline && baseDir === undefined) {
    wrong.push("a manifest as text or object needs baseDir, the folder that its relative paths start from");
  }
  if (!inline && baseDir !== undefined) {
    wrong.push("baseDir goes with manifestText or manifestObject; paths in a file start from the file's own folder");
  }
  for (const name of Object.keys(plugins)) {
    if (!SERVICE_NAME.test(name)) wrong.push(`plugins: no manifest can name "${name}": use a-z, 0-9 and _`);
  }
  const names = [config, runtimeLog, ...services.map(({ key }) => key)].map(({ name }) => name);
  const doubled = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of doubled) wrong.push(`services provides "${name}" twice, or the runtime provides it itself`);
  return wrong;
}

function isFileUrl(value: unknown): boolean {
  return value instanceof URL && value.protocol === "file:";
}

function invalid(wrong: readonly string[], remedy: string): BackplaneError {
  return new BackplaneError("RUNTIME_OPTIONS_INVALID", `Cannot make a runtime: ${wrong.join("; ")}.`, { remedy });
}
