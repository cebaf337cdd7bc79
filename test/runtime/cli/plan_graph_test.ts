import assert from "node:assert/strict";
import { test } from "node:test";
import { planToDot, planToMermaid } from "../../../runtime/cli/plan_graph.ts";
import { BackplaneError } from "../../../runtime/errors.ts";
import type { StartupPlan } from "../../../runtime/plan/plan.ts";

const edge = { to: "end", kind: "optional", service: 'say "hi" | \\ <b>' };
const plan = {
  entries: [
    { name: "end", position: 1, effectivePriority: 10, dependencies: [] },
    { name: "b", position: 2, effectivePriority: 40, dependencies: [edge, { to: "end", kind: "depends_on" }] },
  ],
  failed: [{ name: "broken", error: new BackplaneError("PLUGIN_SYNTAX", "Cannot.", { remedy: "Mend it." }) }],
} as unknown as StartupPlan;

test("planToDot() quotes names and services, dashes optional edges and shows what was not loaded", () => {
  const lines = planToDot(plan).split("\n");
  assert.ok(lines.includes('  "end" [label="1. end (10)"];'));
  assert.ok(lines.includes('  "broken" [label="broken (not loaded)", color=red, style=dashed];'));
  assert.ok(lines.includes('  "b" -> "end" [label="say \\"hi\\" | \\\\ <b>", style=dashed];'));
  assert.ok(lines.includes('  "b" -> "end" [label="depends_on"];'));
});

test("planToMermaid() gives ids of its own, for names such as end are words of the language", () => {
  const lines = planToMermaid(plan).split("\n");
  assert.equal(lines[0], "flowchart LR");
  assert.ok(lines.includes('  p1["1. end (10)"]'));
  assert.ok(lines.includes('  p2 -.->|"say #34;hi#34; #124; #92; #60;b#62;"| p1'));
  assert.ok(lines.includes('  p2 -->|"depends_on"| p1'));
  assert.ok(lines.includes('  p3["broken (not loaded)"]:::failed'));
});
