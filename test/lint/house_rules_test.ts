import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));
const oxlint = fileURLToPath(new URL("../../node_modules/oxlint/bin/oxlint", import.meta.url));

interface Case {
  readonly file: string;
  readonly source: string;
  /** Undefined: the file keeps every rule. */
  readonly rule?: string;
}

const imports = (file: string, from: string, rule?: string): Case => ({
  file,
  source: `export * from "${from}";\n`,
  ...(rule !== undefined && { rule }),
});
const LAYERS = "house(layers)";
const cases: readonly Case[] = [
  imports("runtime/graph.ts", "./plan/plan.ts", LAYERS),
  imports("runtime/manifest/a.ts", "../lifecycle/scope.ts", LAYERS),
  imports("runtime/lifecycle/a.ts", "../gateway/gateway.ts", LAYERS),
  imports("runtime/gateway/a.ts", "../../mod.ts", LAYERS),
  imports("runtime/gateway/b.ts", "../lifecycle/scope.ts"),
  imports("runtime/gateway/c.ts", "../cli/main.ts", LAYERS),
  imports("runtime/gateway/d.ts", "backplane", LAYERS),
  imports("runtime/unnamed.ts", "../plugins/database/contract.ts", LAYERS),
  imports("runtime/log/a.ts", "../../test/a.ts", LAYERS),
  imports("runtime/cli/a.ts", "../../plugins/database/plugin.ts", LAYERS),
  imports("runtime/cli/b.ts", "../../plugins/message_bus/client.ts"),
  imports("runtime/testing/a.ts", "../../plugins/message_bus/memory_bus.ts"),
  imports("runtime/testing/b.ts", "../../plugins/message_bus/connection.ts", LAYERS),
  imports("runtime/testing/c.ts", "../../plugins/database/contract.ts"),
  imports("runtime/testing/d.ts", "../runtime.ts"),
  imports("runtime/testing/e.ts", "../cli/main.ts", LAYERS),
  imports("runtime/testing.ts", "./testing/a.ts"),
  imports("runtime/cli/d.ts", "../testing.ts", LAYERS),
  imports("runtime/lifecycle/b.ts", "../testing/manual_clock.ts", LAYERS),
  imports("mod.ts", "./runtime/testing.ts", LAYERS),
  imports("plugins/one/f.ts", "backplane/testing", LAYERS),
  imports("config/examples/a_test.ts", "backplane/testing"),
  imports("schemas/a.ts", "../mod.ts", LAYERS),
  imports("plugins/one/a.ts", "../two/plugin.ts", LAYERS),
  imports("plugins/one/b.ts", "../../runtime/errors.ts", LAYERS),
  imports("plugins/one/c.ts", "../two/contract.ts"),
  imports("plugins/one/d.ts", "../../mod.ts"),
  imports("plugins/one/e.ts", "../../schemas/log_entry.ts"),
  { file: "runtime/log/b.ts", source: 'export type T = import("../runtime.ts").Runtime;\n', rule: LAYERS },
  { file: "runtime/c.ts", source: 'export const later = () => import("../plugins/a/plugin.ts");\n', rule: LAYERS },
  imports("runtime/gateway/cycle_a.ts", "./cycle_b.ts", "import(no-cycle)"),
  imports("runtime/gateway/cycle_b.ts", "./cycle_a.ts", "import(no-cycle)"),
  { file: "runtime/d.ts", source: "export const env = process.env;\n", rule: "eslint(no-restricted-globals)" },
  { file: "runtime/e.ts", source: "export const bun = globalThis;\n", rule: "eslint(no-restricted-globals)" },
  { file: "runtime/f.ts", source: 'export { env } from "node:process";\n', rule: "eslint(no-restricted-imports)" },
  { file: "runtime/host.ts", source: "export const env = process.env;\n" },
  { file: "runtime/g.ts", source: 'console.log("x");\n', rule: "eslint(no-console)" },
  { file: "runtime/cli/c.ts", source: 'console.log("x");\n' },
  { file: "runtime/h.ts", source: "export const x: any = 1;\n", rule: "typescript(no-explicit-any)" },
  { file: "runtime/i.ts", source: "// line\n".repeat(261), rule: "eslint(max-lines)" },
];

/** The rules broken, by file. */
let broken: ReadonlyMap<string, readonly string[]>;
let folder: string;

async function lint(): Promise<ReadonlyMap<string, readonly string[]>> {
  await cp(join(project, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  await cp(join(project, ".oxlint"), join(folder, ".oxlint"), { recursive: true });
  for (const { file, source } of cases) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  const { stdout } = spawnSync(process.execPath, [oxlint, "--format", "json"], { cwd: folder, encoding: "utf8" });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  const byFile = new Map<string, string[]>();
  for (const { filename, code } of diagnostics) byFile.set(filename, [...(byFile.get(filename) ?? []), code]);
  return byFile;
}

describe("the rules of the house", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "backplane-lint-"));
    broken = await lint();
  });
  after(() => rm(folder, { recursive: true }));

  for (const { file, source, rule } of cases) {
    test(`${rule ?? "nothing"} is broken by ${file}: ${source.split("\n")[0]}`, () => {
      const found = broken.get(file) ?? [];
      if (rule === undefined) assert.deepEqual(found, []);
      else assert.ok(found.includes(rule), `found: ${found.join(", ")}`);
    });
  }
});
