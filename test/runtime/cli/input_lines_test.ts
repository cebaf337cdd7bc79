import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inputLines } from "../../../runtime/cli/input_lines.ts";

async function linesOf(chunks: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of inputLines(
    (async function* () {
      yield* chunks;
    })(),
  ))
    lines.push(line);
  return lines;
}

test("inputLines() gives the same lines wherever the chunks are cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 1, max: 7 }), async (texts, size) => {
      const expected = texts.map((text) => text.replaceAll(/[\r\n]/g, "."));
      const bytes = Buffer.from(expected.map((text) => `${text}\n`).join(""));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      assert.deepEqual(await linesOf(chunks), expected);
    }),
  );
});

test("inputLines() ends lines at LF and CRLF only, and gives a last one without an end", async () => {
  assert.deepEqual(await linesOf([Buffer.from("a\r\nb\u2028c\rd\n\ne")]), ["a", "b\u2028c\rd", "", "e"]);
});

test("inputLines() refuses a line over 1 MiB by its number, before it has come to its end", async () => {
  const endless = function* (): Generator<Uint8Array> {
    yield Buffer.from("short\n");
    for (;;) yield Buffer.alloc(65_536, "x");
  };
  await assert.rejects(linesOf(endless()), { code: "CLI_INPUT_INVALID", message: /line 2: it is longer than 1 MiB/ });
});
