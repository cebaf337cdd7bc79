import assert from "node:assert/strict";
import { test } from "node:test";
import { codeBlocks } from "./code_blocks.ts";

const fence = "```";

test("codeBlocks() reads language, place and text of each block, also in a list", () => {
  const page = `# A\n\n${fence}sh\nnpm ci\n\nnpm test\n${fence}\n\n- b:\n\n  ${fence} ts\n  if (a) {\n    b();\n  }\n  ${fence}\n`;
  assert.deepEqual(codeBlocks(page, "a.md"), [
    { page: "a.md", line: 3, language: "sh", text: "npm ci\n\nnpm test\n" },
    { page: "a.md", line: 11, language: "ts", text: "if (a) {\n  b();\n}\n" },
  ]);
});

test("codeBlocks() leaves the language of a bare fence empty", () => {
  assert.deepEqual(codeBlocks(`${fence}\nx\n${fence}\n`), [{ page: "", line: 1, language: "", text: "x\n" }]);
});

test("codeBlocks() keeps shorter fences inside longer ones, and refuses one that is not closed", () => {
  const inner = `${fence}sh\nls\n${fence}\n`;
  assert.equal(codeBlocks(`${fence}\`md\n${inner}${fence}\`\n`)[0]?.text, inner);
  assert.throws(() => codeBlocks(`a\n${fence}sh\nls\n`, "a.md"), /a\.md:2: the block is not closed/);
});
