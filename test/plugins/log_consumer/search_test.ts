import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { searchExpression } from "../../../plugins/log_consumer/search.ts";
import { tempDatabase } from "../database/temp_database.ts";

test("searchExpression() takes words, phrases and beginnings", () => {
  assert.equal(searchExpression('fix "two words" data*'), '"fix" "two words" "data" *');
});

test("searchExpression() takes operators and punctuation literally", () => {
  assert.equal(searchExpression("a OR b NOT (c) col:x"), '"a" "OR" "b" "NOT" "(c)" "col:x"');
});

test("searchExpression() is undefined when there is nothing to search for", () => {
  for (const text of ["", "  ", "!!! ***", '"', "\0"]) assert.equal(searchExpression(text), undefined, text);
});

test("searchExpression() makes an expression that FTS5 accepts of any text", async (context) => {
  const database = await tempDatabase(context);
  await database.execute("CREATE VIRTUAL TABLE t USING fts5(a)");
  const words = fc.constantFrom('"', "*", "^", "NEAR(", ")", "a", "-", ":", "AND", "\0", "\ud800", "é", " ", "{", "'");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (query) => {
      const expression = searchExpression(query);
      if (expression !== undefined) await database.execute("SELECT rowid FROM t WHERE t MATCH ?", [expression]);
    }),
    { numRuns: 500 },
  );
});
