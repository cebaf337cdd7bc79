import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { run } from "./command_line.ts";

const path = (relative: string): string =>
  JSON.stringify(pathToFileURL(fileURLToPath(new URL(relative, import.meta.url))).href);

const MANIFEST = `core:
  system: { data_dir: data }
  api_gateway:
    bind: { store: first }
    plugins:
      first: { module: ./first.ts }
      second: { module: ./second.ts, depends_on: [first] }
      middle:
        module: ./middle.ts
        timeouts: { start_ms: 1234 }
        config:
          greeting: hello
          password: \${env:PASS:-fallen-back}
          level: \${env:LEVEL}
      last: { module: ./last.ts, depends_on: [middle], priority: infrastructure }
      off: { enabled: false, module: ./off.ts }
      broken: { module: ./broken.ts, critical: true }
      stuck: { module: ./first_user.ts, depends_on: [broken] }
`;

interface Document {
  readonly state: string;
  readonly position: number | null;
  readonly inherited_from: string | null;
  readonly error: { readonly code: string } | null;
  readonly needs: readonly { readonly provider: string | null; readonly origin: { readonly line: number } | null }[];
  readonly needed_by: readonly { readonly plugin: string; readonly through: string | null }[];
  readonly provides: readonly { readonly service: string; readonly chosen: boolean }[];
  readonly settings: readonly {
    readonly path: string;
    readonly value: string | null;
    readonly default_of: string | null;
    readonly origin: { readonly file: string; readonly line: number; readonly references: unknown[] } | null;
  }[];
}

test("explain: position, inheritance, needs and who needs it, over more than one step", async (t) => {
  const document = await explain(t, "first");
  assert.deepEqual([document.state, document.position, document.inherited_from], ["planned", 1, "last"]);
  assert.deepEqual(document.provides, [{ service: "store", version: "1.0.0", chosen: true }]);
  assert.deepEqual(
    new Map(document.needed_by.map(({ plugin, through }) => [plugin, through])),
    new Map<string, string | null>([
      ["last", "middle"],
      ["middle", null],
      ["second", null],
    ]),
  );
});

test("explain: a provider chosen by bind is named with the line that chose it", async (t) => {
  const { needs } = await explain(t, "middle");
  assert.deepEqual(
    needs.map(({ provider, origin }) => [provider, origin?.line]),
    [["first", 4]],
  );
  assert.equal((await explain(t, "second")).provides[0]?.chosen, false);
});

test("explain: each setting tells its line, overlay, variable, or whose default it is, and hides secrets", async (t) => {
  const { stdout, settings } = await explain(t, "middle");
  const from = new Map(settings.map((setting) => [setting.path, setting]));
  const origin = (name: string) => {
    const { file, line, references } = from.get(name)!.origin!;
    return [file, line, references];
  };
  assert.deepEqual(origin("timeouts.start_ms"), ["core.yaml", 10, []]);
  assert.deepEqual(origin("config.greeting"), ["core.test.yaml", 5, []]);
  assert.equal(from.get("config.greeting")!.value, '"hi"');
  assert.deepEqual(origin("config.password"), ["core.yaml", 13, [{ kind: "variable_default", name: "PASS" }]]);
  assert.deepEqual(origin("config.level"), ["core.yaml", 14, [{ kind: "variable", name: "LEVEL" }]]);
  assert.deepEqual([from.get("config.level")!.value, from.get("config.password")!.value], [null, null]);
  assert.deepEqual([from.get("config.copy")!.origin, from.get("config.copy")!.default_of], [null, "plugin"]);
  assert.equal(from.get("timeouts.stop_ms")!.default_of, "manifest");
  assert.ok(!stdout.includes("fallen-back") && !stdout.includes("loudest"), stdout);
});

test("explain: a disabled plugin, one that cannot be loaded and one it blocks say why, and exit with 0", async (t) => {
  assert.equal((await explain(t, "off")).state, "disabled");
  const broken = await explain(t, "broken");
  assert.deepEqual([broken.state, broken.error?.code], ["not_loaded", "PLUGIN_IMPORT_FAILED"]);
  assert.ok(broken.needed_by.some(({ plugin }) => plugin === "stuck"));
  const stuck = await explain(t, "stuck");
  assert.deepEqual([stuck.state, stuck.error?.code], ["blocked", "PLUGIN_BLOCKED"]);
});

test("explain: an unknown name gets the nearest one that the manifest has, and exits with 64", async (t) => {
  const folder = await write(t);
  const { code, error, stderr } = await run(t, ["explain", "midle"], { cwd: folder, env: ENVIRONMENT });
  assert.deepEqual([code, error], [64, "PLUGIN_UNKNOWN"]);
  assert.match(stderr, /Did you mean middle\?/);
});

test("explain: the page for people names file, need, place and variable, and constructs nothing", async (t) => {
  const folder = await write(t);
  const args = ["explain", "middle", "--environment", "test"];
  const { code, stdout } = await run(t, args, { cwd: folder, env: ENVIRONMENT });
  assert.equal(code, 0);
  for (const part of [
    /^middle 1\.0\.0: it will start$/m,
    /^ {2}file +middle\.ts$/m,
    /store \^1\.0\.0 \(requires\): from first, chosen by bind at core\.yaml:4:\d+/,
    /^config\.greeting +"hi" +core\.test\.yaml:5:\d+ \(overlay\)$/m,
    /^config\.level +\[hidden\] +core\.yaml:14:11, environment variable LEVEL$/m,
    /^timeouts\.stop_ms +5000 +the manifest's default$/m,
  ]) {
    assert.match(stdout, part);
  }
  assert.ok(!stdout.includes("constructed"));
});

test("explain: a circle is told step by step, with every other fault, and exits with 0", async (t) => {
  const folder = await write(t);
  const overlay = "core: { api_gateway: { plugins: { first: { depends_on: [last] }, second: { config: { x: 1 } } } } }";
  await writeFile(join(folder, "core.faulty.yaml"), overlay);
  const args = ["explain", "middle", "--environment", "faulty"];
  const { code, stdout } = await run(t, args, { cwd: folder, env: ENVIRONMENT });
  assert.equal(code, 0);
  for (const part of [
    /^middle 1\.0\.0: nothing starts until the faults are mended$/m,
    /first needs last \(depends_on at core\.faulty\.yaml:1:57 \(overlay\)\)$/m,
    /last needs middle \(depends_on at core\.yaml:\d+:\d+\)$/m,
    /middle needs first \(requires store, says its code\)$/m,
    /^ {2}fault .*PLAN_CYCLE/m,
    /^ {2}elsewhere .*PLUGIN_CONFIG_INVALID core\.api_gateway\.plugins\.second\.config\.x/m,
  ]) {
    assert.match(stdout, part);
  }
});

const ENVIRONMENT = { LEVEL: "loudest" };

async function explain(t: TestContext, plugin: string): Promise<Document & { readonly stdout: string }> {
  const args = ["explain", plugin, "--environment", "test", "--json"];
  const { code, stdout, stderr } = await run(t, args, { cwd: await write(t), env: ENVIRONMENT });
  assert.deepEqual([code, stderr], [0, ""]);
  return { ...(JSON.parse(stdout) as Document), stdout };
}

/** @returns the manifest's folder */
async function write(t: TestContext): Promise<string> {
  const folder = await tempDir(t);
  const provides = 'provides: [serviceKey("store", "1.0.0")]';
  const schema =
    "config: v.pipe(v.strictObject({ greeting: v.string(), password: v.string(), level: v.string() }), " +
    "v.transform((given) => ({ ...given, copy: `is ${given.level}` })))";
  await writeFile(join(folder, "core.yaml"), MANIFEST);
  const overlay = "core:\n  api_gateway:\n    plugins:\n      middle:\n        config: { greeting: hi }\n";
  await writeFile(join(folder, "core.test.yaml"), overlay);
  await writeFile(join(folder, "first.ts"), source(provides));
  await writeFile(join(folder, "second.ts"), source(provides));
  await writeFile(join(folder, "middle.ts"), source(`requires: [serviceKey("store", "1.0.0")], ${schema}`));
  await writeFile(join(folder, "last.ts"), source(""));
  await writeFile(join(folder, "first_user.ts"), source(""));
  await writeFile(join(folder, "broken.ts"), 'throw new Error("at the top");\n');
  return folder;
}

function source(metadata: string): string {
  return `import { BusinessPlugin, serviceKey } from ${path("../../mod.ts")};
import * as v from ${path("../../node_modules/valibot/dist/index.mjs")};
export default class Sample extends BusinessPlugin {
  static override readonly metadata = { name: "S", version: "1.0.0", description: "for a test", ${metadata} };
  constructed = process.stdout.write("constructed");
}
void [serviceKey, v];
`;
}
