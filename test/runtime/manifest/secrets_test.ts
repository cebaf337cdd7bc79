import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { BackplaneError, type Fault } from "../../../runtime/errors.ts";
import { formatFault, makeFault } from "../../../runtime/manifest/faults.ts";
import type { Manifest } from "../../../runtime/manifest/manifest.ts";
import { readManifest } from "../../../runtime/manifest/read.ts";
import { tempDir } from "../../temp_dir.ts";

const SECRET = "correct-horse-battery";

function read(text: string, environment: Record<string, string> = {}, baseDir = "/base"): Promise<Manifest> {
  return readManifest({ source: { text, baseDir }, environment });
}

async function faultTexts(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => assert.fail("it was accepted"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BackplaneError && error.faults.length > 0, String(error));
  return [inspect(error, { depth: 10 }), ...error.faults.map(formatFault)].join("\n");
}

const configPath = (...rest: Fault["path"]): Fault["path"] => [
  "core",
  "api_gateway",
  "plugins",
  "a",
  "config",
  ...rest,
];
const withConfig = (lines: string) => `core:\n  api_gateway:\n    plugins:\n      a:\n        config:\n${lines}`;

describe("A fault never shows", () => {
  test("an environment value in the wrong place", async () => {
    for (const line of ["port: ${env:X}", 'host: " ${env:X} "', "allowed_hosts: ${env:X}", "plugins: ${env:X}"]) {
      const plugins = line.startsWith("plugins") ? "" : "    plugins: {}\n";
      const shown = await faultTexts(read(`core:\n  api_gateway:\n    ${line}\n${plugins}`, { X: SECRET }));
      assert.doesNotMatch(shown, /correct-horse/u);
      assert.match(shown, /\$\{env:X\}/u);
    }
  });

  test("a file's text in the wrong place", async (context) => {
    const folder = await tempDir(context);
    await writeFile(join(folder, "s"), "pw1\n");
    const shown = await faultTexts(read("core:\n  api_gateway:\n    port: ${file:s}\n    plugins: {}\n", {}, folder));
    assert.doesNotMatch(shown, /pw1/u);
  });

  test("a secret that also stands elsewhere in the file", async () => {
    const text = `core:\n  api_gateway:\n    port: ${SECRET}\n    host: \${env:X}\n    plugins: {}\n`;
    const shown = await faultTexts(read(text, { X: SECRET }));
    assert.doesNotMatch(shown, /correct-horse/u);
    assert.match(shown, /\[hidden\]/u);
  });

  test("what follows a key that names a secret, in the line", async () => {
    for (const line of [
      `password: ${SECRET}`,
      `pasword: "${SECRET}"`,
      `{ db_password: ${SECRET}, x: 1 }`,
      `api_key: \${env:K:-${SECRET}}`,
      `'admin-token': ${SECRET}`,
    ]) {
      assert.doesNotMatch(await faultTexts(read(`core:\n  ${line}\n`)), /correct-horse/u, line);
    }
  });

  test("a secret that stands in another way in the line, or goes on below its key", async () => {
    for (const [name, lines] of Object.entries({
      "JSON in the line": `          x: {"password":"${SECRET}"}\n          bad: "\\q"`.replace(
        "\n          bad:",
        ", bad:",
      ),
      "the next line of a quoted text": `          private_key: "BEGIN\n            ${SECRET} \\q"\n`,
      "an item of a list": `          api_keys:\n          - "${SECRET} \\q"\n`,
      "a map": `          credentials:\n            user:\n              name: "${SECRET} \\q"\n`,
      "a URL": `          url: "postgres://me:${SECRET}@host/\\q"\n`,
      "a default": '          url: "${env:X:-' + SECRET + '}" \\q"\n',
    })) {
      assert.ok(!(await faultTexts(read(withConfig(lines)))).includes(SECRET), name);
    }
  });
  test("nothing of what stands beside a secret is hidden", async () => {
    const lines = `          password: x\n          name: "plain \\q"\n`;
    assert.match(await faultTexts(read(withConfig(lines))), /plain/);
  });
  test("a secret in what a later stage says of a plugin's config", async () => {
    const { source } = await read(withConfig("          url: ${env:X}\n"), { X: SECRET });
    const fault = makeFault(source, "PLUGIN_CONFIG_INVALID", configPath("url"), `got "${SECRET}".`, `not ${SECRET}`);
    assert.doesNotMatch(formatFault(fault), /correct-horse/u);
    assert.equal(fault.position?.line, 6);
  });
});

describe("ManifestSource", () => {
  test("lists file texts and environment values of 12 characters or more, also as JSON writes them", async (context) => {
    const folder = await tempDir(context);
    await writeFile(join(folder, "s"), 'a"b\nc\n');
    await writeFile(join(folder, "empty"), "\n");
    const lines = "          a: ${env:A}\n          b: ${env:B}\n          c: ${file:s}\n          d: ${file:empty}\n";
    const environment = { A: "twelve chars", B: "only eleven", UNUSED: "never mentioned" };
    const { source } = await read(withConfig(lines), environment, folder);
    assert.deepEqual([...source.secrets].toSorted(), ['a"b\nc', 'a\\"b\\nc', "twelve chars"]);
  });

  test("hides exactly the interpolated values and those whose key names a secret", async () => {
    const lines =
      "          a: ${env:A}\n          b: x\n          c: [x, 'y${env:A}']\n          d: $${x}\n          password: p\n          tokens: [t]\n";
    const { source } = await read(withConfig(lines), { A: "1" });
    const hidden = (...path: Fault["path"]) => source.isHidden(configPath(...path));
    assert.deepEqual(
      [hidden("a"), hidden("b"), hidden("c", 0), hidden("c", 1), hidden("d"), hidden("password"), hidden("tokens", 0)],
      [true, false, false, true, false, true, true],
    );
    assert.deepEqual([hidden(), hidden("missing"), hidden("a", "below")], [false, false, true]);
  });

  test("locates a key, an item, and for what is not written the nearest parent", async () => {
    const { source } = await read(withConfig("          list:\n            - x\n            - y\n"));
    const place = (path: Fault["path"]) => {
      const position = source.locate(path);
      return `${position?.line}:${position?.column}`;
    };
    assert.equal(place(configPath("list")), "6:11");
    assert.equal(place(configPath("list", 1)), "8:15");
    assert.equal(place(configPath("missing", "deeper")), "5:9");
    assert.equal(place(["core", "system"]), "1:1");
    assert.equal(place([]), "1:1");
  });
});
