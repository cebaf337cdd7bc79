import { isAbsolute } from "node:path";
import { nearestKey } from "../schemas/nearest_key.ts";
import { BackplaneError } from "./errors.ts";
import type { HostService, RuntimeOptions } from "./options.ts";
import { SERVICE_NAME } from "./service_key.ts";
import { config, runtimeLog } from "./system_services.ts";

interface Rule {
  readonly holds: (value: unknown) => boolean;
  /** Completes "<option> must be ...". */
  readonly must: string;
}

const flag: Rule = { holds: (value) => typeof value === "boolean", must: "true or false" };
const text: Rule = { holds: (value) => typeof value === "string", must: "a string" };
const map: Rule = { holds: (value) => isObject(value) && !Array.isArray(value), must: "an object" };

/** Every option there is, and what it must be where it is given. */
const rules: Readonly<Record<keyof RuntimeOptions, Rule>> = {
  manifest: {
    holds: (value) => isFileUrl(value) || (typeof value === "string" && value !== ""),
    must: "a path or a file URL",
  },
  manifestText: text,
  // Whatever it is, the manifest's own check says what is wrong with it.
  manifestObject: { holds: () => true, must: "" },
  baseDir: {
    holds: (value) => isFileUrl(value) || (typeof value === "string" && isAbsolute(value)),
    must: "an absolute path or a file URL",
  },
  environment: text,
  variables: map,
  plugins: { holds: map.holds, must: "an object of plugin classes by name" },
  services: { holds: isServices, must: "a list of hostService(key, value), with no value undefined" },
  listen: { holds: flag.holds, must: "true or false; the manifest says which host and port" },
  handleSignals: flag,
  logger: { holds: (value) => typeof value === "function", must: "a function that takes one record" },
  registerTypeScript: { holds: (value) => typeof value === "function", must: "a function" },
  clock: { holds: isClock, must: "an object with now(), monotonic() and setTimeout()" },
  stopBudgetMs: {
    holds: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
    must: "a number of milliseconds, 0 or more",
  },
};

/**
 * Looks at the options as a program in plain JavaScript may have written them. An option that is undefined is not given.
 * @throws RUNTIME_OPTIONS_INVALID with everything that is wrong
 */
export function checkOptions(options: unknown): asserts options is RuntimeOptions {
  if (!map.holds(options)) {
    const remedy = 'Write createRuntime({ manifest: "core.yaml" }), for example.';
    throw invalid(["the options must be an object"], remedy);
  }
  const given = Object.entries(options as object).filter(([, value]) => value !== undefined);
  const wrong = given.flatMap(([name, value]) => wrongOption(name, value));
  if (wrong.length === 0) wrong.push(...wrongTogether(options as RuntimeOptions));
  if (wrong.length > 0) throw invalid(wrong, `The options are: ${Object.keys(rules).join(", ")}.`);
}

function wrongOption(name: string, value: unknown): string[] {
  if (!Object.hasOwn(rules, name)) {
    const nearest = nearestKey(name, Object.keys(rules));
    return [`there is no option "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`];
  }
  const { holds, must } = rules[name as keyof RuntimeOptions];
  return holds(value) ? [] : [`${name} must be ${must}`];
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

function isServices(value: unknown): boolean {
  return Array.isArray(value) && value.every(isService);
}

function isService(value: unknown): value is HostService {
  if (!isObject(value) || value["value"] === undefined) return false;
  return isServiceKey(value["key"]);
}

/** Whether this is what `serviceKey()` makes. */
export function isServiceKey(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && typeof value["version"] === "string";
}

function isClock(value: unknown): boolean {
  return isObject(value) && ["now", "monotonic", "setTimeout"].every((name) => typeof value[name] === "function");
}

function isFileUrl(value: unknown): boolean {
  return value instanceof URL && value.protocol === "file:";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function invalid(wrong: readonly string[], remedy: string): BackplaneError {
  return new BackplaneError("RUNTIME_OPTIONS_INVALID", `Cannot make a runtime: ${wrong.join("; ")}.`, { remedy });
}
