import assert from "node:assert/strict";
import { test } from "node:test";
import { rewriteSections } from "./document.ts";
import { showMarkdown } from "./show.ts";

const document = "# A\n\n<!-- bench:x -->\n\nold\n\n<!-- /bench:x -->\n\nkept\n\n<!-- bench:y -->\n<!-- /bench:y -->\n";

test("rewriteSections() replaces what is between the markers and nothing else", () => {
  const changed = rewriteSections(document, [{ name: "x", text: "new $& text" }]);
  assert.equal(
    changed,
    document.replace("old", () => "new $& text"),
  );
});

test("rewriteSections() refuses a document without the section's markers", () => {
  assert.throws(() => rewriteSections(document, [{ name: "z", text: "" }]), /no <!-- bench:z -->/);
});

test("showMarkdown() writes tables aligned, and the targets as the last one", () => {
  const text = showMarkdown({
    tables: [{ title: "Times", columns: ["", "ms"], rows: [["ours", "12,000"]] }],
    targets: [{ what: "time", aim: "at most 2", measured: "3", met: false }],
    figures: {},
  });
  assert.equal(
    text,
    [
      "Times:",
      "",
      "|      |     ms |",
      "| ---- | -----: |",
      "| ours | 12,000 |",
      "",
      "Targets:",
      "",
      "| target |       aim | measured |        |",
      "| ------ | --------: | -------: | -----: |",
      "| time   | at most 2 |        3 | missed |",
    ].join("\n"),
  );
});
