import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parsePattern } from "../../plugins/message_bus/topic.ts";
import { proseOf } from "./code_blocks.ts";
import { rows } from "./tables.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(project, path), "utf8");

/** The fields of a message of schemas/*.proto, by number. */
function fields(path: string, message: string): Map<string, string> {
  const body = new RegExp(`^(?:message|enum) ${message} \\{\\n(.*?)^\\}`, "ms").exec(read(path))![1]!;
  return new Map(Array.from(body.matchAll(/(\w+) = (\d+);/g), ([, name, number]) => [number!, name!]));
}

test("docs/bus.md numbers the fields as the schemas do", () => {
  const envelope = rows("docs/bus.md", "## The envelope");
  const told = new Map(envelope.map(([number, name]) => [number!, name!]));
  assert.deepEqual(told, fields("schemas/aico_message.proto", "MessageMetadata"));

  const after = proseOf("docs/bus.md").split("| `LogEntry` |")[1]!;
  const pairs = Array.from(
    after.split("\n\n")[0]!.matchAll(/\| (\d+) +\| `(\w+)`/g),
    ([, number, name]) => [number!, name!] as const,
  );
  const byNumber = pairs.toSorted(([a], [b]) => Number(a) - Number(b));
  assert.deepEqual(new Map(byNumber), fields("schemas/log_entry.proto", "LogEntry"));

  const levels = /^Levels: (.*?)\. /m
    .exec(proseOf("docs/bus.md"))![1]!
    .split(", ")
    .map((each) => each.split(" "));
  const expected = Array.from(fields("schemas/log_entry.proto", "LogLevel"), ([number, name]) => [
    number,
    name.toLowerCase(),
  ]);
  assert.deepEqual(levels, expected);
});

test("docs/bus.md tells of each pattern what it matches, what not, and what is subscribed", () => {
  const list = (cell: string): string[] => cell.split(/, | and /).filter((each) => each !== "");
  const table = rows("docs/bus.md", "## Topics and patterns");
  assert.ok(table.length > 3);
  for (const [text, yes, no, subscribed] of table as [string, string, string, string][]) {
    const pattern = parsePattern(text);
    for (const topic of yes === "everything" ? ["a", "a.b/c"] : list(yes))
      assert.ok(pattern.matches(topic), `${text} ${topic}`);
    for (const topic of list(no)) assert.ok(!pattern.matches(topic), `${text} ${topic}`);
    assert.deepEqual(pattern.prefixes, subscribed === "the empty prefix" ? [""] : list(subscribed));
  }
});

test("docs/operators.md quotes what the database and the key files really say", () => {
  const sources = readdirSync(join(project, "plugins", "database")).map((name) => read(`plugins/database/${name}`));
  const said = [...sources, read("runtime/key_file.ts")].join("\n").replaceAll(/\$\{[^}]*\}/g, "...");
  for (const [code, message] of rows("docs/operators.md", "## When the database does not open")) {
    assert.ok(said.includes(`"${code}"`), code);
    const parts = message!
      .replace("0640", "...")
      .split(/\.\.\.|; |, /)
      .map((part) => part.trim());
    for (const part of parts.filter(Boolean)) assert.ok(said.includes(part), `${code}: ${part}`);
  }
});
