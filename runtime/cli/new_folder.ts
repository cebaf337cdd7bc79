import { mkdir, realpath, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BackplaneError, propertyOf, reasonOf } from "../errors.ts";
import { errnoOf } from "../file_error.ts";

export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** A folder to be made. */
export interface NewFolder {
  /** Inside a folder that exists. */
  readonly parent: string;
  readonly name: string;
  readonly files: readonly NewFile[];
  /** Files to be made beside the parent. */
  readonly beside: readonly NewFile[];
}

/**
 * Makes `<parent>/<name>` with its files and then does the last step; when anything fails, all of it is as before.
 * @throws PLUGIN_EXISTS when the folder is there already; CLI_WRITE_FAILED when it cannot be written
 */
export async function makeFolder(
  { parent, name, files, beside }: NewFolder,
  lastStep: () => Promise<void>,
): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const folder = join(parent, name);
  try {
    if (await makeParent(parent)) undo.push(() => rmdir(parent));
    await mkdir(folder);
    undo.push(() => rm(folder, { recursive: true }));
    for (const file of files) await writeFile(join(folder, file.name), file.text, { flag: "wx" });
    for (const file of beside) {
      const path = join(dirname(parent), file.name);
      await writeFile(path, file.text, { flag: "wx" });
      undo.push(() => rm(path));
    }
    await lastStep();
  } catch (error) {
    for (const step of undo.toReversed()) await step().catch(() => undefined);
    throw error instanceof BackplaneError ? error : refusal(folder, error);
  }
}

/** @returns whether it was not there before */
async function makeParent(parent: string): Promise<boolean> {
  try {
    await mkdir(parent);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
  const inside = join(await realpath(join(parent, "..")), "plugins");
  if ((await realpath(parent)) === inside) return false;
  throw new BackplaneError("CLI_WRITE_FAILED", `Cannot write ${parent}: it is a link that leads elsewhere.`, {
    remedy: "A plugin must lie inside the manifest's folder: put a folder there in place of the link.",
  });
}

function refusal(folder: string, cause: unknown): BackplaneError {
  if (errnoOf(cause) === "EEXIST") {
    const path = propertyOf(cause, "path");
    return new BackplaneError(
      "PLUGIN_EXISTS",
      `Cannot write ${typeof path === "string" ? path : folder}: it exists already.`,
      {
        remedy: "Choose another name, or move it away.",
      },
    );
  }
  return new BackplaneError("CLI_WRITE_FAILED", `Cannot write ${folder}: ${reasonOf(cause)}.`, {
    remedy: "See that the manifest's folder can be written, then run it again. Nothing was changed.",
    cause,
  });
}
