import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { binaryOf } from "./binaries.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Runs Deno in the project. @returns what it printed, without colours */
function deno(...args: readonly string[]): string {
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const { status, stdout, stderr } = spawnSync(binaryOf("deno"), args, { cwd: project, encoding: "utf8", env });
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

test("JSR takes the package: its types hold on Deno, none is slow, and it holds the product alone", () => {
  const said = deno("publish", "--dry-run", "--allow-dirty");
  const files = [...said.matchAll(/^ +file:\/\/(\S+) \(/gm)].map(([, path]) => path!.slice(project.length));
  for (const path of ["mod.ts", "runtime/testing.ts", "schemas/generated/aico_core.d.ts", "config/core.yaml"]) {
    assert.ok(files.includes(path), path);
  }
  for (const name of readdirSync(`${project}plugins`)) assert.ok(files.includes(`plugins/${name}/plugin.ts`), name);
  const product = /^(?:mod\.ts|deno\.json|[A-Z]+(?:\.md)?|config\/core\.yaml|(?:docs|plugins|runtime|schemas)\/.*)$/;
  assert.deepEqual(
    files.filter((path) => !product.test(path) || path.startsWith("runtime/cli/") || path.includes("generate_")),
    [],
  );
  // Plugins are imported by what the manifest says: the one import that nobody can know beforehand.
  const places = [...said.matchAll(/^warning\[(\S+)\][^\n]*\n\s+--> (\S+?):/gm)].map(([, name, path]) => [name, path]);
  assert.deepEqual(places, [["unanalyzable-dynamic-import", `${project}runtime/host.ts`]]);
});

test("the built-in plugins, which nothing imports by name, agree with the types of Deno too", () => {
  deno("check", ...readdirSync(`${project}plugins`).map((name) => `plugins/${name}/plugin.ts`));
});
