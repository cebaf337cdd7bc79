import assert from "node:assert/strict";
import { test } from "node:test";
import { failuresIn, formatFailures } from "../../../runtime/cli/failure_screen.ts";
import { plain } from "../../../runtime/cli/terminal.ts";
import { BackplaneError } from "../../../runtime/errors.ts";
import type { PluginFailure } from "../../../runtime/plugin_failure.ts";

function failure(plugin: string, change: Partial<PluginFailure> = {}): PluginFailure {
  return {
    plugin,
    critical: false,
    phase: "start",
    code: "PLUGIN_START_FAILED",
    message: `Cannot start plugin "${plugin}": start() failed: no route.`,
    causes: [],
    place: null,
    remedy: "Mend it.",
    blocks: [],
    critical_down: [],
    security_down: [],
    ...change,
  };
}

const screen = (failures: readonly PluginFailure[], entry?: string): string[] =>
  formatFailures(failures, { paint: plain, width: 200, entryOf: () => entry }).split("\n");
const row = (change: Partial<PluginFailure>, label: string): string | undefined =>
  screen([failure("a", change)]).find((line) => line.startsWith(`  ${label} `));

test("formatFailures() tells message, cause, place, entry, what is blocked, what is closed, and the remedy", () => {
  const causes = [
    { code: "Error", message: "no route" },
    { code: "ENOENT", message: "the cable is cut" },
  ];
  const place = { file: "a.ts", line: 4, column: 7 };
  const down = { blocks: ["b", "c"], critical_down: ["c"], security_down: ["c"] };
  assert.deepEqual(screen([failure("a", { causes, place, ...down })], "core.yaml:3:7  a: {}"), [
    'error PLUGIN_START_FAILED: Cannot start plugin "a": start() failed: no route.',
    "  cause   ENOENT: the cable is cut",
    "  at      a.ts:4:7",
    "  entry   core.yaml:3:7  a: {}",
    "  blocks  b, c (critical)",
    "  closes  requests outside /api/v1/admin are answered 503 until c runs",
    "  remedy  Mend it.",
  ]);
});

test("formatFailures() names the innermost code of a catalogue beside its own", () => {
  const causes = [{ code: "DATABASE_LOCKED", message: "Cannot open it." }];
  assert.match(screen([failure("a", { causes })])[0]!, /^error PLUGIN_START_FAILED \(DATABASE_LOCKED\): /);
});

test("formatFailures() says nothing twice: neither a cause nor a place that the message has", () => {
  const message = "Cannot load it: a.ts:4:7: Unexpected token.";
  const change = { message, causes: [{ code: "SyntaxError", message: "Unexpected token" }] };
  assert.equal(row(change, "cause"), undefined);
  assert.equal(row({ ...change, place: { file: "a.ts", line: 4, column: 7 } }, "at"), undefined);
});

test("formatFailures() leaves out what an import threw, and keeps what led to that", () => {
  const causes = [
    { code: "Error", message: "decorated" },
    { code: "TypeError", message: "the reason" },
  ];
  assert.equal(row({ code: "PLUGIN_IMPORT_FAILED", causes }, "cause"), "  cause   TypeError: the reason");
});

test("formatFailures() says why a plugin that was not loaded closes the gateway", () => {
  const closes = row({ phase: "import", security_down: ["a"] }, "closes")!;
  assert.match(closes, /until a runs: what could not be loaded counts as a security plugin/);
  assert.match(row({ security_down: ["a", "b"] }, "closes")!, /until a, b run$/);
});

test("formatFailures() names twelve of what is blocked, and twenty failures, and counts the rest", () => {
  const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
  assert.match(row({ blocks: names }, "blocks")!, /p11 and 18 more$/);
  const lines = screen(names.map((name) => failure(name)));
  assert.equal(lines.filter((line) => line.startsWith("error ")).length, 20);
  assert.equal(lines.at(-1), "10 more failed: p20, p21, p22, p23, p24, p25, p26, p27, p28, p29.");
});

test("formatFailures() keeps a message on one line and lets it do nothing to the terminal", () => {
  assert.equal(
    screen([failure("a", { message: "Cannot\n  go\u001b[2J on." })])[0],
    "error PLUGIN_START_FAILED: Cannot go\\u{1b}[2J on.",
  );
});

test("failuresIn() finds the failures that a failed start carries, and none in other errors", () => {
  const failures = [failure("a")];
  const error = (code: "RUNTIME_START_FAILED" | "INTERNAL", details: object): BackplaneError =>
    new BackplaneError(code, "Cannot start.", { remedy: "-", details: { ...details } });
  assert.deepEqual(failuresIn(error("RUNTIME_START_FAILED", { failures })), failures);
  assert.deepEqual(failuresIn(error("RUNTIME_START_FAILED", {})), []);
  assert.deepEqual(failuresIn(error("INTERNAL", { failures })), []);
});
