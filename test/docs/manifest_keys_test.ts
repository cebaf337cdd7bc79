import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "../../plugins/database/plugin.ts";
import LogConsumer from "../../plugins/log_consumer/plugin.ts";
import MessageBus from "../../plugins/message_bus/plugin.ts";
import { rows } from "./tables.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly required?: readonly string[];
}

/** A schema's keys with their defaults, `log.level` for what is inside a map of fixed keys. */
function keys(schema: Schema, before = ""): [string, unknown][] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, value]) => {
    const inner = propertiesOf(value);
    if (Object.keys(inner).length > 0) return keys(value, `${before}${name}.`);
    return [[`${before}${name}`, schema.required?.includes(name) === true ? "required" : value.default]];
  });
}

function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  return schema.properties ?? schema.anyOf?.find(({ properties }) => properties !== undefined)?.properties ?? {};
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const root = JSON.parse(readFileSync(join(project, "schemas", "core.schema.json"), "utf8")) as Schema;
const core = propertiesOf(propertiesOf(root)["core"]!);
const gateway = core["api_gateway"]!;
const entry = propertiesOf(gateway)["plugins"]!.anyOf![0]!.additionalProperties as Schema;

for (const { heading, schema } of [
  { heading: "### `core.system`", schema: core["system"]! },
  { heading: "### `core.api_gateway`", schema: gateway },
  { heading: "### A plugin's entry", schema: entry },
]) {
  test(`docs/manifest.md lists every key under "${heading}", with its default`, () => {
    const listed = rows("docs/manifest.md", heading).map(([key, , value]) => [key!, value!] as const);
    const told = new Map(listed);
    // Where the schema has none, the page says in words what holds.
    const expected = keys(schema).map(([key, value]) => [key, value === undefined ? told.get(key) : asText(value)]);
    assert.deepEqual(listed, expected);
  });
}

/** A plugin's settings when its entry gives none. */
async function defaultsOf(
  plugin: typeof Database | typeof LogConsumer | typeof MessageBus,
): Promise<[string, string][]> {
  const result = await plugin.metadata.config!["~standard"].validate({});
  assert.ok(!result.issues);
  return Object.entries(result.value).map(([key, value]) => [key, asText(value)]);
}

test("docs/manifest.md lists every setting of the built-in plugins, with its default", async () => {
  const plugins = { database: Database, message_bus: MessageBus, log_consumer: LogConsumer };
  const expected: string[][] = [];
  for (const [name, plugin] of Object.entries(plugins)) expected.push([name, ""], ...(await defaultsOf(plugin)));
  const listed = rows("docs/manifest.md", "### Settings of the built-in plugins").map(([key, , value]) => [key, value]);
  assert.deepEqual(listed, expected);
});

test("docs/bus.md lists every setting of the bus, with its default", async () => {
  const listed = rows("docs/bus.md", "## Settings").flatMap(([names, values]) => {
    const each = values!.split(", ");
    return names!.split(", ").map((name, index) => [name, each[index]]);
  });
  assert.deepEqual(new Map(listed as [string, string][]), new Map(await defaultsOf(MessageBus)));
});
