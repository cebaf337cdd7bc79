import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BackplaneError, type ErrorCode, messageOf, reasonOf } from "../errors.ts";
import { isTypeScript, typescriptError } from "./typescript.ts";

export interface ModulePlace {
  /** File URL to import. */
  readonly url: string;
  /** What belongs to the plugin: the same file, or its folder with a final `/`. */
  readonly root: string;
}

export interface ModuleRoots {
  /** Folder that relative modules must stay inside, and that npm packages are resolved from. */
  readonly baseDir: string;
  /** Folder of built-in plugins: a URL with a final `/`, a file's or that of the server Backplane was imported from. */
  readonly builtins: string;
  /** `.ts` from source, `.js` from a build. */
  readonly extension: string;
}

const PACKAGE = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Finds the file of `builtin:<name>`, `./path` or `npm:<package>`; nothing else is ever imported.
 * @throws PLUGIN_MODULE_FORBIDDEN, PLUGIN_NOT_FOUND, PLUGIN_TYPESCRIPT
 */
export async function resolveModule(plugin: string, specifier: string, roots: ModuleRoots): Promise<ModulePlace> {
  if (specifier.startsWith("builtin:")) return await resolveBuiltin(plugin, specifier.slice("builtin:".length), roots);
  if (specifier.startsWith("npm:")) return await resolvePackage(plugin, specifier.slice("npm:".length), roots.baseDir);
  if (specifier.startsWith("./")) return await resolveRelative(plugin, specifier, roots.baseDir);
  throw forbidden(plugin, specifier, "it is none of builtin:<name>, ./path and npm:<package>");
}

/** The names of all built-ins: the folders with a `plugin` module. None where no folder can be listed, as on JSR. */
export async function builtinNames(roots: ModuleRoots): Promise<ReadonlySet<string>> {
  if (!isFile(roots.builtins)) return new Set();
  const folders = await readdir(fileURLToPath(roots.builtins)).catch(() => []);
  const found = await Promise.all(folders.map((name) => findBuiltin(name, roots)));
  return new Set(folders.filter((_, index) => found[index] !== undefined));
}

/** The place of a built-in, or undefined where there is none of that name. */
async function findBuiltin(name: string, roots: ModuleRoots): Promise<ModulePlace | undefined> {
  if (!NAME.test(name)) return undefined;
  const root = new URL(`${name}/`, roots.builtins).href;
  const url = `${root}plugin${roots.extension}`;
  // Who imports Backplane from a server learns by the import alone whether something is there.
  if (!isFile(url)) return { url, root };
  return (await realPath(fileURLToPath(url))) === undefined ? undefined : { url, root };
}

async function resolveBuiltin(plugin: string, name: string, roots: ModuleRoots): Promise<ModulePlace> {
  const place = await findBuiltin(name, roots);
  if (place !== undefined) return place;
  throw notFound(plugin, `there is no built-in plugin "${name}"`, "Give its `module`: ./path or npm:<package>.");
}

async function resolveRelative(plugin: string, specifier: string, baseDir: string): Promise<ModulePlace> {
  if (specifier.split(/[/\\]/).includes("..") || specifier.includes("\0")) {
    throw forbidden(plugin, specifier, "it leaves the manifest's folder");
  }
  const path = resolve(baseDir, specifier);
  const real = await realPath(path);
  if (real === undefined) {
    throw notFound(
      plugin,
      `there is no file ${specifier} in the manifest's folder`,
      "Correct `module`; it is relative to the manifest.",
    );
  }
  const inside = (await realPath(baseDir)) ?? baseDir;
  if (!real.startsWith(inside.endsWith(sep) ? inside : inside + sep)) {
    throw forbidden(plugin, specifier, "a symbolic link leads out of the manifest's folder");
  }
  const url = pathToFileURL(real).href;
  // A folder that holds a `plugin` module is the plugin, as with the built-ins.
  const wholeFolder = /^plugin\.[cm]?[jt]s$/.test(basename(real)) && dirname(real) !== inside;
  return { url, root: wholeFolder ? new URL("./", url).href : url };
}

async function resolvePackage(plugin: string, name: string, baseDir: string): Promise<ModulePlace> {
  if (!PACKAGE.test(name)) throw forbidden(plugin, `npm:${name}`, "it is not a package name");
  const { resolveModuleURL } = await import("exsolve");
  let url: string;
  try {
    url = resolveModuleURL(name, { from: pathToFileURL(baseDir + sep).href });
  } catch (error) {
    throw notFound(
      plugin,
      reasonOf(messageOf(error).split("\n")[0]),
      `Install it beside the manifest: npm install ${name}`,
      error,
    );
  }
  const folder = url.lastIndexOf(`/node_modules/${name}/`);
  if (!url.startsWith("file:") || folder < 0) throw forbidden(plugin, `npm:${name}`, "it is not an installed package");
  await assertBuilt(plugin, fileURLToPath(url), baseDir);
  return { url, root: url.slice(0, folder + `/node_modules/${name}/`.length) };
}

/**
 * Node never strips types inside node_modules, so no runtime shall: the plugin would only work for some. A package
 * that is linked from elsewhere, as in a workspace, is not inside.
 */
async function assertBuilt(plugin: string, path: string, baseDir: string): Promise<void> {
  const real = (await realPath(path)) ?? path;
  if (isTypeScript(real) && real.split(sep).includes("node_modules")) {
    throw typescriptError(plugin, relative(baseDir, path));
  }
}

function isFile(url: string): boolean {
  return url.startsWith("file:");
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

function forbidden(plugin: string, specifier: string, why: string): BackplaneError {
  return refused(
    "PLUGIN_MODULE_FORBIDDEN",
    plugin,
    `module "${specifier}" may not be imported: ${why}`,
    "Keep the module inside the manifest's folder and write ./path, or install it and write npm:<package>.",
  );
}

function notFound(plugin: string, what: string, remedy: string, cause?: unknown): BackplaneError {
  return refused("PLUGIN_NOT_FOUND", plugin, what, remedy, cause);
}

function refused(code: ErrorCode, plugin: string, what: string, remedy: string, cause?: unknown): BackplaneError {
  return new BackplaneError(code, `Cannot load plugin "${plugin}": ${what}.`, { remedy, cause });
}
