import assert from "node:assert/strict";
import { test } from "node:test";
import { coloured, formatTable, plain, printable, wantsColour } from "../../../runtime/cli/terminal.ts";

test("formatTable() aligns columns, to the right where asked, whatever is coloured", () => {
  const rows = [
    ["a", { text: "running", colour: "green" as const }, "5"],
    ["longer", "off", "1234"],
  ];
  assert.equal(
    formatTable(["NAME", "STATE", ">MS"], rows, plain),
    "NAME    STATE      MS\na       running     5\nlonger  off      1234",
  );
  const colours = formatTable(["NAME", "STATE", ">MS"], rows, coloured);
  // oxlint-disable-next-line no-control-regex -- colours begin with one
  assert.equal(colours.replaceAll(/\u001b\[\d+m/g, ""), formatTable(["NAME", "STATE", ">MS"], rows, plain));
  assert.ok(colours.includes("\u001b[32mrunning\u001b[0m"));
});

test("wantsColour() is for terminals, and not where NO_COLOR says anything or the terminal is dumb", () => {
  assert.equal(wantsColour({ isTTY: true }, {}), true);
  assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: "" }), true);
  assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: "1" }), false);
  assert.equal(wantsColour({ isTTY: true }, { TERM: "dumb" }), false);
  assert.equal(wantsColour({}, {}), false);
});

test("printable() shows what a terminal would obey, and leaves lines and tabs", () => {
  assert.equal(printable("a\u001b[31m\u009b\u202e\n\tb"), "a\\u{1b}[31m\\u{9b}\\u{202e}\n\tb");
});
