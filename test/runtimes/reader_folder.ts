import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { blocksOf } from "../docs/code_blocks.ts";
import { tempDir } from "../temp_dir.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The blocks of a page that say in their first line which file they are, by its name. */
export function filesOf(page: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { text } of blocksOf(page)) {
    const name = /^(?:\/\/|#) (\S+\.(?:ts|yaml))\n/.exec(text)?.[1];
    if (name !== undefined) files.set(name, text);
  }
  return files;
}

/** A folder as a reader of a page has it, with the package installed. */
export async function readerFolder(t: TestContext, files: ReadonlyMap<string, string>): Promise<string> {
  const folder = await tempDir(t);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(project, join(folder, "node_modules", "backplane"));
  symlinkSync(join(project, "node_modules", "valibot"), join(folder, "node_modules", "valibot"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
