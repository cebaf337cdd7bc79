import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { proseOf } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The first cells of all tables below a heading of a page, without their heads. */
export function firstColumn(page: string, heading: string): string[] {
  const section = readFileSync(join(project, page), "utf8").split(`\n## ${heading}\n`)[1];
  if (section === undefined) throw new Error(`${page} has no heading "${heading}"`);
  const [part] = section.split("\n## ");
  const tables = part!.matchAll(/^\|.*\n\| -.*\n((?:\|.*\n?)+)/gm);
  return Array.from(tables).flatMap(([, body]) => {
    return body!
      .trimEnd()
      .split("\n")
      .map((row) => row.split("|")[1]!.trim());
  });
}

/** The words that such cells begin to tell of in code: `a(b)` is `a`. */
export function codeWords(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)/g), ([, word]) => word!));
}

/** The rows of the table under a heading, as text without the marks of code. */
export function rows(page: string, heading: string): string[][] {
  const after = proseOf(page).split(`\n${heading}\n`)[1] ?? assert.fail(`${page} has no ${heading}`);
  const table = /^\|.*\n\|[ |:-]+\n((?:\|.*\n)*)/m.exec(after)![1]!;
  return table
    .trimEnd()
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.replaceAll(/`|\*\*/g, "").trim()),
    );
}
