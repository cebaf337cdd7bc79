import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { plainValue } from "../../../runtime/manifest/check.ts";
import { insertPlugin } from "../../../runtime/manifest/insert_plugin.ts";
import { loadText } from "../../../runtime/manifest/load.ts";

const entry = { name: "greeter", module: "./g.ts" };
const insert = (text: string): string => insertPlugin(text, entry) ?? assert.fail(`not added to:\n${text}`);
const head = "core:\n  api_gateway:\n";

/** Each: what it shows, the text before, the text after. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    "last, in the column of the others",
    `${head}    plugins:\n      a:\n      b: { enabled: false } # off\n`,
    `${head}    plugins:\n      a:\n      b: { enabled: false } # off\n      greeter:\n        module: ./g.ts\n`,
  ],
  [
    "behind the comments that belong to the last one, before those of what follows",
    `${head}    plugins:\n      a:\n        config:\n          # x: 1\n\n          # y: 2\n      # b:\n\n    # the port\n    port: 1\n`,
    `${head}    plugins:\n      a:\n        config:\n          # x: 1\n\n          # y: 2\n      # b:\n      greeter:\n        module: ./g.ts\n\n    # the port\n    port: 1\n`,
  ],
  [
    "with a blank line where blank lines stand between the others",
    `${head}    plugins:\n      a:\n\n      # second\n      b:\n        config: 1\n    port: 1\n`,
    `${head}    plugins:\n      a:\n\n      # second\n      b:\n        config: 1\n\n      greeter:\n        module: ./g.ts\n    port: 1\n`,
  ],
  [
    "with the line ends and the indentation of the file",
    "core:\r\n    api_gateway:\r\n        plugins:\r\n            a:",
    "core:\r\n    api_gateway:\r\n        plugins:\r\n            a:\r\n            greeter:\r\n                module: ./g.ts\r\n",
  ],
  [
    "into an empty `plugins`, behind its comments",
    `${head}    plugins: # none yet\n      # greeter: {}\n    # the port\n    port: 1\n`,
    `${head}    plugins: # none yet\n      # greeter: {}\n      greeter:\n        module: ./g.ts\n    # the port\n    port: 1\n`,
  ],
  [
    "in place of a written null",
    `${head}    plugins: ~ # none\n    port: 1\n`,
    `${head}    plugins: # none\n      greeter:\n        module: ./g.ts\n    port: 1\n`,
  ],
  [
    "with a `plugins` of its own where there is none",
    `${head}    port: 1\n  system: {}\n`,
    `${head}    port: 1\n    plugins:\n      greeter:\n        module: ./g.ts\n  system: {}\n`,
  ],
  ["below an empty `core`", "core:\n", `${head}    plugins:\n      greeter:\n        module: ./g.ts\n`],
  ["at the end of comments alone", "# mine", `# mine\n${head}    plugins:\n      greeter:\n        module: ./g.ts\n`],
  ["into an empty text", "", `${head}    plugins:\n      greeter:\n        module: ./g.ts\n`],
  [
    "into { } on one line",
    "core: { api_gateway: { plugins: { a: , b: {} }, port: 1 } }\n",
    "core: { api_gateway: { plugins: { a: , b: {}, greeter: { module: ./g.ts } }, port: 1 } }\n",
  ],
  [
    "into { } of one entry a line, whose comments stay where they are",
    `${head}    plugins: {\n      a: {}, # first\n      b: {} # last\n    }\n`,
    `${head}    plugins: {\n      a: {}, # first\n      b: {}, # last\n      greeter: { module: ./g.ts }\n    }\n`,
  ],
  [
    "into { } whose last entry has a comma",
    `${head}    plugins: {\n      a: {}, # first\n    }\n`,
    `${head}    plugins: {\n      a: {}, # first\n      greeter: { module: ./g.ts },\n    }\n`,
  ],
  ["into {}", `${head}    plugins: {}\n`, `${head}    plugins: { greeter: { module: ./g.ts } }\n`],
  [
    "into { } without the key",
    "core: { api_gateway: { port: 1 } }",
    "core: { api_gateway: { port: 1, plugins: { greeter: { module: ./g.ts } } } }",
  ],
  [
    "into { } with an empty value",
    "core: { api_gateway: { plugins, port: 1 } }",
    "core: { api_gateway: { plugins: { greeter: { module: ./g.ts } }, port: 1 } }",
  ],
  [
    "into { } with a written null",
    "core: { api_gateway: { plugins: null, port: 1 } }",
    "core: { api_gateway: { plugins: { greeter: { module: ./g.ts } }, port: 1 } }",
  ],
  [
    "as JSON into JSON",
    '{ "core": {\n  "api_gateway": {\n    "plugins": {\n      "a": {}\n    }\n  }\n} }\n',
    '{ "core": {\n  "api_gateway": {\n    "plugins": {\n      "a": {},\n      "greeter": { "module": "./g.ts" }\n    }\n  }\n} }\n',
  ],
  [
    "as JSON into an empty object",
    '{ "core": { "api_gateway": { "plugins": {} } } }',
    '{ "core": { "api_gateway": { "plugins": { "greeter": { "module": "./g.ts" } } } } }',
  ],
  [
    "behind a block of text and what it keeps",
    `${head}    plugins:\n      a:\n        config: |+\n          # text\n\n\n    port: 1\n`,
    `${head}    plugins:\n      a:\n        config: |+\n          # text\n\n\n      greeter:\n        module: ./g.ts\n    port: 1\n`,
  ],
  [
    "behind a block of text that keeps its blank lines, without one more",
    `${head}    plugins:\n      a: |+\n        kept\n# c\n\n\n      b: |+\n        kept\n\n\n    port: 1\n`,
    `${head}    plugins:\n      a: |+\n        kept\n# c\n\n\n      b: |+\n        kept\n\n\n      greeter:\n        module: ./g.ts\n    port: 1\n`,
  ],
  [
    "behind a list",
    `${head}    plugins:\n      a:\n        depends_on:\n        - b\n        - # c\n      b: {}\n`,
    `${head}    plugins:\n      a:\n        depends_on:\n        - b\n        - # c\n      b: {}\n      greeter:\n        module: ./g.ts\n`,
  ],
  [
    "behind a list that ends the file",
    `${head}    plugins:\n      a:\n        depends_on:\n          - b: 1\n            c:\n              - d # e`,
    `${head}    plugins:\n      a:\n        depends_on:\n          - b: 1\n            c:\n              - d # e\n      greeter:\n        module: ./g.ts\n`,
  ],
  [
    "between the marks of a document",
    `---\n${head}    plugins:\n      a: 1\n...\n`,
    `---\n${head}    plugins:\n      a: 1\n      greeter:\n        module: ./g.ts\n...\n`,
  ],
];

describe("insertPlugin() puts the entry", () => {
  for (const [what, before, after] of cases) test(what, () => assert.equal(insert(before), after));
});

describe("insertPlugin() leaves the text alone", () => {
  const refused: Readonly<Record<string, string>> = {
    "that is no map": "- core\n",
    "whose plugins are a list": `${head}    plugins: [a]\n`,
    "whose plugins are a text": `${head}    plugins: all\n`,
    "with a list on the way": "core: [1]\n",
    "with an anchor": `${head}    plugins: &a\n      b:\n`,
    "that does not parse": `${head}\tplugins:\n`,
    "that has the key twice": `${head}    plugins:\n      a:\n    plugins:\n      b:\n`,
    "that holds null alone": "null\n",
  };
  for (const [what, text] of Object.entries(refused)) {
    test(what, () => assert.equal(insertPlugin(text, entry), undefined));
  }
});

const name = fc.stringMatching(/^[a-f]{1,3}$/);
const value = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom("text", "two\nlines\n", "kept\n\n\n", "# no comment", ""),
  fc.array(fc.constantFrom(1, null, "x"), { maxLength: 2 }),
  fc.dictionary(name, fc.constantFrom(1, null, "two\nlines\n", [], {}), { maxKeys: 2 }),
);
const plugins = fc.dictionary(name, value, { maxKeys: 3 });
const document = fc.oneof(
  fc.constantFrom<object>({ core: null }, { core: {} }, { core: { api_gateway: null, system: null } }),
  plugins.map((map) => ({ core: { api_gateway: { plugins: map, port: 1 } } })),
  plugins.map((map) => ({ core: { system: null, api_gateway: { port: 1, plugins: map } } })),
);
const style = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom<"any" | "flow">("any", "flow"),
  defaultStringType: fc.constantFrom<"PLAIN" | "QUOTE_DOUBLE">("PLAIN", "QUOTE_DOUBLE"),
  lineWidth: fc.constantFrom(0, 20),
});
const comments = fc.array(fc.tuple(fc.nat(20), fc.nat(6)), { maxLength: 4 });
const eol = fc.constantFrom("\n", "\r\n");

test("insertPlugin() adds the entry alone and moves no line, whatever the style", () => {
  fc.assert(
    fc.property(document, style, comments, eol, (values, options, marks, lineEnd) => {
      const lines = stringify(values, options).split("\n");
      for (const [line, spaces] of marks) lines.splice(Math.min(line, lines.length), 0, `${" ".repeat(spaces)}# c`);
      const before = lines.join(lineEnd);
      const old = loadText(before);
      fc.pre(old.tree !== undefined && old.faults.length === 0);
      const after = insert(before);
      assertKept(before, after);
      const now = loadText(after);
      assert.deepEqual(now.faults, []);
      const { core } = plainValue(now.tree!) as { core: { api_gateway: { plugins: Record<string, unknown> } } };
      assert.deepEqual(Object.entries(core.api_gateway.plugins).at(-1), ["greeter", { module: "./g.ts" }]);
    }),
    { numRuns: 500 },
  );
});

/** Every character of `before` is there, in order; only a written null gave way. */
function assertKept(before: string, after: string): void {
  let at = 0;
  for (const character of before.replace(/(core|api_gateway)("?: ?)null/, "$1$2").replaceAll(/\s/g, "")) {
    at = after.indexOf(character, at) + 1;
    assert.notEqual(at, 0, `lost a character of\n${before}\nin\n${after}`);
  }
}
