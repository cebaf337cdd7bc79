import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testPage } from "./page.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** The paths that the map names: one that begins each line, and those that stand before a colon in it. */
function pathsOf(map: string): string[] {
  const paths: string[] = [];
  let folder = "";
  for (const line of map.trimEnd().split("\n")) {
    const [, indent, name, what] = /^( {0,2})(\S+) +(\S.*)$/.exec(line) ?? [];
    const within = indent === "" ? "" : folder;
    if (indent === "" && name!.endsWith("/")) folder = name!;
    if (name !== undefined) paths.push(join(within, name));
    for (const [, other] of (what ?? line).matchAll(/(?:^|[;:,] )([\w/]+(?:\.ts|\/\w*))(?=:)/g)) {
      const beside = other!.endsWith("/") ? join(within, name ?? "") : within;
      paths.push(join(/\/\w/.test(other!) ? "" : beside, other!));
    }
  }
  return paths;
}

/** Whether there is one; `<name>` and `*` stand for any. */
function exists(path: string): boolean {
  const at = path.search(/[<*]/);
  if (at === -1) return existsSync(join(project, path));
  const before = path.slice(0, at);
  const folder = before.endsWith("/") ? before : dirname(before);
  const pattern = new RegExp(`^${path.replace(/<\w+>|\*/g, "[^/]*").replaceAll(".", "\\.")}`);
  return readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).some((name) =>
    pattern.test(`${join(folder, name)}/`),
  );
}

testPage("CONTRIBUTING.md", [
  {
    language: "text",
    starts: "mod.ts ",
    run: ({ text }) => {
      const paths = pathsOf(text);
      assert.ok(paths.length > 25, paths.join("\n"));
      assert.deepEqual(
        paths.filter((path) => !exists(path)),
        [],
      );
    },
  },
]);
