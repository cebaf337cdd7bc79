import assert from "node:assert/strict";
import { test } from "node:test";
import { goodModule, importBase, inFolder } from "./plugin_files.ts";

const withMetadata = (metadata: string): string =>
  `${importBase}\nexport default class extends BusinessPlugin { static metadata = ${metadata}; }\n`;

for (const [code, what, text] of [
  ["PLUGIN_NO_DEFAULT_EXPORT", "a module without default export", "export const x = 1;"],
  ["PLUGIN_NOT_A_PLUGIN", "a default export that is no class", "export default { metadata: {} };"],
  ["PLUGIN_NOT_A_PLUGIN", "a default export that is undefined", "export default undefined;"],
  ["PLUGIN_NOT_A_PLUGIN", "a class of its own", "export default class { static metadata = {}; }"],
  [
    "PLUGIN_NOT_A_PLUGIN",
    "a brand that is no object",
    'export default class { static [Symbol.for("backplane.plugin")] = null; }',
  ],
  [
    "PLUGIN_CONTRACT_VERSION",
    "a class of another contract version",
    'export default class { static [Symbol.for("backplane.plugin")] = { contract: 2 }; static metadata = {}; }',
  ],
  ["PLUGIN_NO_METADATA", "a class without metadata", `${importBase}\nexport default class extends BusinessPlugin {}`],
  ["PLUGIN_METADATA_INVALID", "metadata that is null", withMetadata("null")],
  [
    "PLUGIN_METADATA_INVALID",
    "metadata with a misspelt key",
    withMetadata('{ name: "a", version: "1.0.0", description: "", requries: [] }'),
  ],
  ["PLUGIN_METADATA_INVALID", "metadata without a name", withMetadata('{ version: "1.0.0", description: "" }')],
  [
    "PLUGIN_METADATA_INVALID",
    "a version that is none",
    withMetadata('{ name: "x", version: "newest", description: "" }'),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "a priority out of range",
    withMetadata('{ name: "x", version: "1.0.0", description: "", priority: 1001 }'),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "a requirement that is no key",
    withMetadata('{ name: "x", version: "1.0.0", description: "", requires: ["db"] }'),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "a range that is none",
    withMetadata(
      '{ name: "x", version: "1.0.0", description: "", requires: [{ key: { name: "db", version: "1.0.0" }, range: "~~" }] }',
    ),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "a service provided twice",
    withMetadata(
      '{ name: "x", version: "1.0.0", description: "", provides: [{ name: "db", version: "1.0.0" }, { name: "db", version: "2.0.0" }] }',
    ),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "a config that is no Standard Schema",
    withMetadata('{ name: "x", version: "1.0.0", description: "", config: { greeting: "string" } }'),
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "metadata that throws",
    `${importBase}\nexport default class extends BusinessPlugin { static get metadata() { throw new Error("no"); } }`,
  ],
  [
    "PLUGIN_METADATA_INVALID",
    "metadata with a getter that throws",
    withMetadata('{ get name() { throw new Error("no"); } }'),
  ],
] as const) {
  test(`${code}: ${what}`, async () => {
    await inFolder({ "plugin.js": text }, async (folder) => {
      const error = await folder.failure({ module: "./plugin.js" });
      assert.equal(error.code, code, error.message);
      assert.match(error.message, /^Cannot load plugin "a": .*\.$/s);
    });
  });
}

test("metadata faults are named all at once, each with its path", async () => {
  const text = withMetadata('{ name: "", version: "x", description: "" }');
  await inFolder({ "plugin.js": text }, async (folder) => {
    const { message } = await folder.failure({ module: "./plugin.js" });
    assert.match(message, /metadata\.name must not be empty; metadata\.version is not a semantic version/);
  });
});

test("metadata faults name the place in a list, and the nearest known key", async () => {
  const text = withMetadata(`{
    name: "x", version: "01.0.0", description: 1, priority: "10", optional: "db",
    requires: [{ name: "db", version: "1.0.0" }, { key: { name: "DB", version: "1.0.0" }, range: "^1" }, { key: null, range: 1 }],
    provides: [{ name: "db", version: "1" }], requries: [],
  }`);
  await inFolder({ "plugin.js": text }, async (folder) => {
    const { message } = await folder.failure({ module: "./plugin.js" });
    const faults = message.replace(/^Cannot load plugin "a": /, "").split("; ");
    assert.deepEqual(
      faults.slice(0, 8),
      [
        "metadata.version is not a semantic version",
        "metadata.description is no text",
        "metadata.priority is not an integer from 0 to 1000",
        "metadata.requires.1.key.name is not a service name",
        "metadata.requires.2.key is not a service key",
        "metadata.requires.2.range is not a version range",
        "metadata.optional is no list",
        "metadata.provides.0.version is not a semantic version",
      ],
      message,
    );
    assert.match(faults[8]!, /^metadata\.requries is not a known key/);
  });
});

test("a class from a foreign copy of the package with the same brand is accepted", async () => {
  const text = `
class ForeignBase {
  static [Symbol.for("backplane.plugin")] = { contract: 1, kind: "middleware" };
  constructor(context) { this.context = context; }
}
export default class extends ForeignBase {
  static metadata = { name: "Foreign", version: "1.0.0", description: "" };
}`;
  await inFolder({ "plugin.js": text }, async (folder) => {
    const { loaded } = await folder.load([{ module: "./plugin.js" }]);
    assert.equal(loaded[0]!.kind, "middleware");
  });
});

test("a subclass of a plugin class takes over its kind", async () => {
  const text = `${goodModule()}\nexport class Sub extends Good {}\n`;
  const sub = 'import { Sub } from "./good.js";\nexport default Sub;\n';
  await inFolder({ "good.js": text, "sub.js": sub }, async (folder) => {
    const { loaded } = await folder.load([{ module: "./sub.js" }]);
    assert.equal(loaded[0]!.kind, "business");
  });
});
