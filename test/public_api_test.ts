import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Exported {
  readonly name: string;
  readonly file: string;
}

/** What a door re-exports, and from which file; what it declares itself. */
function exportsOf(door: URL): Exported[] {
  const text = readFileSync(door, "utf8");
  const passedOn = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm)].flatMap(([, names, file]) =>
    names!
      .split(",")
      .map((name) => name.replace(/^\s*type /, "").trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, file: new URL(file!, door).href })),
  );
  const own = [...text.matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm)].map(
    ([, name]) => ({ name: name!, file: door.href }),
  );
  return [...passedOn, ...own];
}

function isDocumented({ name, file }: Exported): boolean {
  const text = readFileSync(new URL(file), "utf8");
  const passedOn = exportsOf(new URL(file)).find((one) => one.name === name && one.file !== file);
  if (passedOn !== undefined) return isDocumented(passedOn);
  const kinds = "(?:declare )?(?:abstract )?(?:async )?(?:function|const|class|interface|type)";
  const declared = new RegExp(`\\*/\\nexport ${kinds} ${name}\\b`);
  return declared.test(text);
}

for (const path of ["../mod.ts", "../runtime/testing.ts"]) {
  test(`every name that ${path.slice(3)} exports says what it is`, () => {
    const exported = exportsOf(new URL(path, import.meta.url));
    assert.ok(exported.length > 5, "names were found");
    assert.deepEqual(
      exported.filter((one) => !isDocumented(one)).map(({ name }) => name),
      [],
    );
  });
}
