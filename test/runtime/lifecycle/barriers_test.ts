import assert from "node:assert/strict";
import { test } from "node:test";
import { Barriers } from "../../../runtime/lifecycle/barriers.ts";
import type { PluginNode } from "../../../runtime/lifecycle/plugin_node.ts";

function nodeAt(level: number): PluginNode {
  return { level } as PluginNode;
}

test("settle() answers the nodes behind the barrier that opens", () => {
  const barriers = new Barriers();
  const [low, middle, high] = [nodeAt(0), nodeAt(1), nodeAt(2)];
  for (const node of [low, middle, high]) barriers.add(node);
  assert.deepEqual(barriers.settle(low), [middle]);
  assert.deepEqual([barriers.isOpen(1), barriers.isOpen(2)], [true, false]);
});

test("settle() wakes nobody behind barriers where everything has settled", () => {
  const barriers = new Barriers();
  const nodes = [nodeAt(0), nodeAt(1), nodeAt(2)];
  for (const node of nodes) barriers.add(node);
  for (const node of nodes) barriers.settle(node);
  barriers.unsettle(nodes[0]!);
  assert.equal(barriers.isOpen(1), false);
  assert.deepEqual(barriers.settle(nodes[0]!), []);
  assert.equal(barriers.isOpen(2), true);
});
