import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { errorCatalogue } from "../../runtime/errors.ts";
import { pages, proseOf, spansOf } from "./code_blocks.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const areas = new Set(Object.keys(errorCatalogue).map((code) => code.split("_")[0]!));

/** The names that a page's headings have in links, as GitHub makes them. */
function anchors(page: string): string[] {
  return Array.from(proseOf(page).matchAll(/^#+ (.*)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** @returns whether a link of the page leads to a file, and to a heading of it if it says so */
function leads(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path, anchor] = link.split("#") as [string, string?];
  const target = path === "" ? page : join(dirname(page), path);
  return existsSync(join(project, target)) && (anchor === undefined || anchors(target).includes(anchor));
}

for (const page of pages()) {
  test(`${page} links to what is there`, () => {
    const links = Array.from(proseOf(page).matchAll(/\]\(([^)]+)\)/g), ([, link]) => link!);
    assert.deepEqual(
      links.filter((link) => !leads(page, link)),
      [],
    );
  });

  test(`${page} names only error codes that there are`, () => {
    const known = new Set(Object.keys(errorCatalogue));
    const codes = spansOf(page).filter((span) => /^[A-Z]+_[A-Z_]+$/.test(span) && areas.has(span.split("_")[0]!));
    assert.deepEqual(
      codes.filter(
        (code) => !known.has(code) && !readFileSync(join(project, page), "utf8").includes(`process.env.${code}`),
      ),
      [],
    );
  });
}

test("the exit codes of README.md and docs/operators.md are those of the catalogue, 0 and 130", () => {
  const expected = [...new Set<number>([0, 130, ...Object.values(errorCatalogue)])].toSorted((a, b) => a - b);
  const table = /\| exit code .*?\n\n/s.exec(proseOf("docs/operators.md"))![0];
  assert.deepEqual(
    Array.from(table.matchAll(/^\| (\d+) /gm), ([, code]) => Number(code)),
    expected,
  );
  const sentence = /Exit\s+codes: ([^.]*(?:\.\w[^.]*)*)\./.exec(proseOf("README.md"))![1]!;
  assert.deepEqual(
    Array.from(sentence.matchAll(/(?:^|; )(\d+)/g), ([, code]) => Number(code)),
    expected,
  );
});
