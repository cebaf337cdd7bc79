import { BackplaneError } from "../errors.ts";

/** Whether a module is TypeScript, by its name: a specifier of the manifest, a path or a URL. */
export function isTypeScript(module: string): boolean {
  return /\.[cm]?ts$/.test(module);
}

/** How Node says, by the error's code, that it will not run a file; the first is about any that is no JavaScript. */
const REFUSALS: ReadonlyMap<unknown, RegExp> = new Map([
  ["ERR_UNKNOWN_FILE_EXTENSION", /^Unknown file extension "[^"]*" for (.+)$/m],
  ["ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING", /, for "(.+)"$/m],
]);

/** The TypeScript file that the runtime refused to run, or undefined where something else went wrong. */
export function refusedTypeScript(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const file = REFUSALS.get((thrown as { code?: unknown }).code)?.exec(thrown.message)?.[1];
  return file !== undefined && isTypeScript(file) ? file : undefined;
}

/** @param file the TypeScript file, as it is shown */
export function typescriptError(plugin: string, file: string, cause?: unknown): BackplaneError {
  const inPackage = /(?:^|[/\\])node_modules[/\\]/.test(file);
  const what = inPackage
    ? `${file} is TypeScript, and packages from npm must bring JavaScript`
    : `this runtime cannot run TypeScript: ${file}`;
  const remedy = inPackage
    ? "Install a version of the package that is built, or build it before it is packed (tsc)."
    : "Run node with --import tsx, or Node 22.18 or later, or name a JavaScript module.";
  return new BackplaneError("PLUGIN_TYPESCRIPT", `Cannot load plugin "${plugin}": ${what}.`, { remedy, cause });
}
