import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("Graphviz draws what `backplane plan --format dot` prints, with every plugin and every dependency", () => {
  const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));
  const plan = spawnSync(process.execPath, [bin, "plan", "--format", "dot"], { cwd: root, encoding: "utf8" });
  assert.equal(plan.status, 0, plan.stderr);
  const drawn = spawnSync("dot", ["-Tplain"], { input: plan.stdout, encoding: "utf8" });
  assert.equal(
    drawn.status,
    0,
    `Install the packages of .ci/packages (graphviz): ${String(drawn.error ?? drawn.stderr)}`,
  );
  const lines = drawn.stdout.split("\n");
  const nodes = lines.filter((line) => line.startsWith("node "));
  const edges = lines.filter((line) => line.startsWith("edge "));
  for (const name of ["database", "message_bus", "log_consumer"]) {
    assert.ok(
      nodes.some((line) => line.includes(name)),
      `${name} is drawn`,
    );
  }
  assert.equal(edges.length, 2);
});
