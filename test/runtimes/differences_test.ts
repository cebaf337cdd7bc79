import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { differences } from "./differences.ts";
import { columns, Probe } from "./probes.ts";

const page = await readFile(new URL("../../docs/runtimes.md", import.meta.url), "utf8");
/** The cells of the first table, the head first. */
const [head, ...rows] = /^\|.*\|\n(?:\|.*\|\n)+/m
  .exec(page)![0]
  .trimEnd()
  .split("\n")
  .filter((line) => !/^\|[- |]+$/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("docs/runtimes.md has a column for each runtime and a row for each difference that is tested", () => {
  assert.deepEqual(head, ["what", ...columns]);
  assert.deepEqual(
    rows.map(([what]) => what),
    Object.keys(differences),
  );
});

for (const [name, difference] of Object.entries(differences)) {
  describe(`docs/runtimes.md: ${name}`, () => {
    for (const [index, column] of columns.entries()) {
      test(`is so on ${column}`, async (t) => {
        const cells = rows.find(([what]) => what === name);
        assert.equal(await difference(await Probe.make(t, column)), cells?.[index + 1]);
      });
    }
  });
}
