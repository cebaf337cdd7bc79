import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSlow } from "../../../runtime/cli/slow_block.ts";
import { coloured, plain } from "../../../runtime/cli/terminal.ts";
import type { SlowPhase } from "../../../runtime/events.ts";

function slowPhase(plugin: string, change: Partial<SlowPhase> = {}): SlowPhase {
  const nobody = { waiting: [], waitingCount: 0, requests: undefined };
  return { plugin, phase: "start", elapsedMs: 5_000, deadlineMs: 15_000, ...nobody, ...change };
}

const block = (slow: readonly SlowPhase[], others = 0): string[] =>
  formatSlow({ type: "plugins_slow", time: 0, slow, others }, plain).split("\n");

test("formatSlow() tells what each is at, for how long of what it has, and who waits for it", () => {
  const database = slowPhase("db", { waiting: ["b", "c"], waitingCount: 16 });
  assert.deepEqual(block([database, slowPhase("longer_name", { phase: "import", elapsedMs: 7_400 })]), [
    "1970-01-01T00:00:00.000Z 2 plugins are slow:",
    "  db           in start() for 5 s of 15 s; waiting for it: b, c and 14 more",
    "  longer_name  loading its module for 7.4 s of 15 s",
  ]);
});

test("formatSlow() counts those it does not name, and speaks of one as one", () => {
  assert.deepEqual(block([slowPhase("a")], 3).slice(-1), ["  and 3 more"]);
  assert.match(block([slowPhase("a")], 3)[0]!, /4 plugins are slow:$/);
  assert.match(block([slowPhase("a")])[0]!, /1 plugin is slow:$/);
});

test("formatSlow() tells how many requests are inside a plugin that drains", () => {
  const drain = (requests: number | undefined): string => block([slowPhase("a", { phase: "drain", requests })])[1]!;
  assert.match(drain(1), /waiting for 1 request inside it for 5 s/);
  assert.match(drain(2), /waiting for 2 requests inside it/);
});

test("formatSlow() lets a plugin's name do nothing to the terminal, and colours only where asked", () => {
  assert.ok(block([slowPhase("\u001b[2J")])[1]!.startsWith("  \\u{1b}[2J"));
  const event = { type: "plugins_slow", time: 0, slow: [slowPhase("a")], others: 0 } as const;
  assert.ok(formatSlow(event, coloured).includes("\u001b[33m1 plugin is slow:\u001b[0m"));
});
