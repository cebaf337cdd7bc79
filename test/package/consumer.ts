import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The package.json of this project, as far as tests look at it. */
export const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
};

/** Unpacks what `npm pack` makes into `folder/node_modules/backplane`, with nothing around it. */
export function unpack(folder: string): string {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", modules];
  const name = execFileSync("npm", npm, { cwd: project, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", name], { cwd: modules });
  renameSync(join(modules, "package"), join(modules, "backplane"));
  return join(modules, "backplane");
}

/** A program's folder with the package and what its `dependencies` name, but for `without`; needs no network. */
export function consumer(folder: string, { without = [] }: { readonly without?: readonly string[] } = {}): void {
  unpack(folder);
  for (const name of Object.keys(manifest.dependencies)) {
    if (without.includes(name)) continue;
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(project, "node_modules", name), link);
  }
}

/** Writes files below a folder, by path. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs node in the folder. @returns what it printed; throws with both streams when it fails */
export function node(folder: string, args: readonly string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, BACKPLANE_MANIFEST: "", NODE_V8_COVERAGE: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
