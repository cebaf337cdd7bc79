import { randomUUID } from "node:crypto";
import {
  access,
  chmod,
  chown,
  constants,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { BackplaneError, reasonOf } from "../errors.ts";
import { faultsError } from "../manifest/faults.ts";
import { loadFile, type LoadedDocument } from "../manifest/load.ts";
import type { Tree } from "../manifest/tree.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** A manifest on the disk that is to be changed. */
export class ManifestFile {
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** The names of plugins that it or one of its overlays speaks of. */
  readonly pluginNames: ReadonlySet<string>;
  readonly #bytes: Buffer;

  private constructor(path: string, bytes: Buffer, pluginNames: ReadonlySet<string>) {
    this.path = path;
    this.#bytes = bytes;
    this.text = bytes.toString("utf8").replace(/^\uFEFF/u, "");
    this.pluginNames = pluginNames;
  }

  /** @throws MANIFEST_INVALID with the faults of the text, MANIFEST_UNREADABLE */
  static async open(path: string): Promise<ManifestFile> {
    const { tree, faults } = (await loadFile(path)) as LoadedDocument;
    if (tree === undefined || faults.length > 0) throw faultsError("MANIFEST_INVALID", `Cannot change ${path}`, faults);
    const trees = [tree, ...(await overlayTrees(path))];
    return new ManifestFile(path, await readFile(path), new Set(trees.flatMap(pluginNamesOf)));
  }

  /**
   * Puts another text in its place, in one step; its mode and owner stay, a link to it stays a link.
   * @throws CLI_WRITE_FAILED when it cannot be written, or has been changed since it was read
   */
  async replace(text: string): Promise<void> {
    const target = await realpath(this.path);
    const draft = join(dirname(target), `.${parse(target).base}.${randomUUID()}`);
    const mark = this.#bytes.toString("utf8", 0, 3) === BYTE_ORDER_MARK ? BYTE_ORDER_MARK : "";
    try {
      await access(target, constants.W_OK);
      const { mode, uid, gid } = await stat(target);
      await writeFile(draft, mark + text, { flag: "wx", mode: 0o600 });
      await chown(draft, uid, gid).catch(() => undefined);
      await chmod(draft, mode);
      if (!(await readFile(target)).equals(this.#bytes)) throw new Error("somebody else has changed it just now");
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw new BackplaneError("CLI_WRITE_FAILED", `Cannot change ${this.path}: ${reasonOf(error)}.`, {
        remedy: "See that the file and its folder can be written, then run it again. Nothing was changed.",
        cause: error,
      });
    }
  }
}

/** Of `core.<environment>.yaml` beside `core.yaml`; one that does not read is no concern of ours. */
async function overlayTrees(path: string): Promise<readonly Tree[]> {
  const { dir, name, ext } = parse(path);
  const names = (await readdir(dir)).filter((entry) => entry.startsWith(`${name}.`) && entry.endsWith(ext));
  const overlays = names.filter((entry) => entry.length > name.length + ext.length + 1);
  const loaded = await Promise.all(overlays.map((entry) => loadFile(join(dir, entry)).catch(() => undefined)));
  return loaded.flatMap((document) => document?.tree ?? []);
}

function pluginNamesOf(root: Tree): readonly string[] {
  let tree: Tree | undefined = root;
  for (const key of ["core", "api_gateway", "plugins"]) {
    tree = tree?.kind === "map" ? tree.entries.get(key)?.value : undefined;
  }
  return tree?.kind === "map" ? [...tree.entries.keys()] : [];
}
