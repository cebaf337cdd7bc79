import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The first cells of all tables below a heading of a page, without their heads. */
export function firstColumn(page: string, heading: string): string[] {
  const section = readFileSync(join(project, page), "utf8").split(`\n## ${heading}\n`)[1];
  if (section === undefined) throw new Error(`${page} has no heading "${heading}"`);
  const [body] = section.split("\n## ");
  const tables = body!.matchAll(/^\|.*\n\| -.*\n((?:\|.*\n?)+)/gm);
  return Array.from(tables).flatMap(([, rows]) => {
    return rows!
      .trimEnd()
      .split("\n")
      .map((row) => row.split("|")[1]!.trim());
  });
}

/** The words that such cells begin to tell of in code: `a(b)` is `a`. */
export function codeWords(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)/g), ([, word]) => word!));
}
