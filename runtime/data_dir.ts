import { accessSync, constants } from "node:fs";
import { chmod, mkdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { BackplaneError, reasonOf } from "./errors.ts";
import { errnoOf, quoteForShell } from "./file_error.ts";

/**
 * Makes sure that the data folder is there and that nobody else can look into it. What is missing of the path is
 * created with mode 0700; a folder that is there already is checked and never changed.
 * @throws RUNTIME_DATA_DIR when it lies inside node_modules, is no folder, has group or world access, or cannot be
 *   written
 */
export async function prepareDataDir(path: string): Promise<void> {
  const folder = resolve(path);
  await refuseInsideNodeModules(folder);
  await create(folder);
  const { mode } = await stat(folder);
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    throw refused(
      folder,
      `its mode is ${octal}, others than its owner have access`,
      `Run: chmod 700 ${quoteForShell(folder)}.`,
    );
  }
  try {
    // access() without Sync never settles on Deno without --allow-sys=uid.
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const remedy = "Give the folder to the user Backplane runs as, or set core.system.data_dir to one it can write.";
    throw refused(folder, "it cannot be written", remedy, error);
  }
}

async function refuseInsideNodeModules(folder: string): Promise<void> {
  const real = await realPathOf(folder);
  if (!real.toLowerCase().split(sep).includes("node_modules")) return;
  const remedy = "Set core.system.data_dir to a folder outside node_modules: package managers delete what is in there.";
  throw refused(folder, "it lies inside node_modules", remedy);
}

/** Where a path leads once its missing end is created: links in the part that exists are followed. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realPathOf(dirname(path)), basename(path));
  }
}

async function create(folder: string): Promise<void> {
  try {
    await createWithParents(folder);
  } catch (error) {
    const notFolder = errnoOf(error) === "EEXIST" || errnoOf(error) === "ENOTDIR";
    const reason = notFolder ? "it, or a part of its path, is not a folder" : reasonOf(error);
    throw refused(folder, reason, "Set core.system.data_dir to a folder that can be created and written.", error);
  }
}

/** Not mkdir's own `recursive`: on Node 20 that never ends where a file system answers ENOENT to everything. */
async function createWithParents(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await createWithParents(parent);
  try {
    await mkdir(folder, { mode: 0o700 });
    // The umask may have taken bits away.
    await chmod(folder, 0o700);
  } catch (error) {
    // Another process may have been faster.
    if (errnoOf(error) !== "EEXIST" || !(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

function refused(path: string, reason: string, remedy: string, cause?: unknown): BackplaneError {
  return new BackplaneError("RUNTIME_DATA_DIR", `Cannot use data folder ${path}: ${reason}.`, {
    remedy,
    details: { path },
    cause,
  });
}
