import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a page. */
export interface CodeBlock {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** Empty where the fence names none. */
  readonly language: string;
  readonly text: string;
}

/** How a block is tested. */
export interface BlockRunner {
  readonly language: string;
  /** What the block's text begins with, enough to tell it from the page's others. */
  readonly starts: string;
  readonly run: (block: CodeBlock, context: TestContext) => void | Promise<void>;
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string, page = ""): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; line: number; language: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const [, indent = "", fence = "", language = ""] = /^( *)(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== "") open = { fence, indent: indent.length, line: index + 1, language, lines: [] };
    } else if (fence.startsWith(open.fence) && line.trim() === fence) {
      const text = open.lines.map((each) => `${each}\n`).join("");
      blocks.push({ page, line: open.line, language: open.language, text });
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block is not closed`);
  return blocks;
}

/** The blocks of a page of the project, such as `docs/bus.md`. */
export function blocksOf(page: string): CodeBlock[] {
  return codeBlocks(readFileSync(join(project, page), "utf8"), page);
}

/** All pages of the project. */
export function pages(): string[] {
  const within = (folder: string): string[] => readdirSync(join(project, folder)).map((name) => join(folder, name));
  return [...within(""), ...within("docs")].filter((path) => path.endsWith(".md"));
}

/** A page without its blocks. */
export function proseOf(page: string): string {
  return readFileSync(join(project, page), "utf8").replaceAll(/^( *)(`{3,}).*?^\1\2$/gms, "");
}

/** What a page names between backticks in its sentences. */
export function spansOf(page: string): string[] {
  return Array.from(proseOf(page).matchAll(/`([^`]+)`/g), ([, span]) => span!.replaceAll(/\s+/g, " "));
}
