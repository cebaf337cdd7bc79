import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { inspect } from "node:util";
import * as v from "valibot";
import {
  BusinessPlugin,
  createRuntime,
  type LogRecord,
  type PluginMetadata,
  type Runtime,
  type RuntimeOptions,
} from "../../mod.ts";
import { formatFault, pluginPath } from "../../runtime/manifest/faults.ts";
import { BackplaneError } from "../../runtime/errors.ts";
import { tempDir } from "../temp_dir.ts";

const SECRET = "open-sesame";

interface Config {
  readonly door: string;
  readonly spare: string;
}

const secret = v.pipe(
  v.string(),
  v.metadata({ writeOnly: true }),
  v.check(
    (text) => text !== `${SECRET}!`,
    ({ input }) => `not ${input}`,
  ),
);

/** Tells its secret in every way there is. */
class Talker extends BusinessPlugin<Config> {
  static override readonly metadata: PluginMetadata<Config> = {
    name: "Talker",
    version: "1.0.0",
    description: "for a test",
    config: v.strictObject({ door: secret, spare: v.optional(secret, "under the mat") }),
  };
  override start(): void {
    this.log.info(`I say ${this.config.door}.`, { said: this.config.door });
    throw new Error(`no answer to ${this.config.door}`);
  }
}

async function make(t: TestContext, door: string, talker: NonNullable<RuntimeOptions["plugins"]>[string] = Talker) {
  const records: LogRecord[] = [];
  const runtime: Runtime = createRuntime({
    manifestText: `core: { api_gateway: { plugins: { talker: { timeouts: { import_ms: 1000 }, config: { door: "${door}" } } } } }`,
    baseDir: await tempDir(t),
    plugins: { talker },
    logger: (record) => records.push(record),
  });
  t.after(async () => void (await runtime.stop()));
  return { runtime, records };
}

test("a setting that its schema marks as secret is hidden in the log, the result, the health and the place of a fault", async (t) => {
  const { runtime, records } = await make(t, SECRET);
  const results = await runtime.start();
  const health = await runtime.health();
  const source = runtime.manifest!.source;
  const place = source.locate(pluginPath("talker", "config", "door"));
  const shown = inspect({ results: results.map(({ cause }) => cause?.message), records, health, place }, { depth: 10 });
  assert.ok(!shown.includes(SECRET), shown);
  assert.match(shown, /I say \[hidden\]\./);
  assert.match(shown, /no answer to \[hidden\]/);
});

test("a setting that its schema marks as secret is hidden at its path, given or not, and a default is no text to look for", async (t) => {
  const { runtime } = await make(t, SECRET);
  await runtime.plan();
  const { source } = runtime.manifest!;
  for (const key of ["door", "spare"]) assert.ok(source.isHidden(pluginPath("talker", "config", key)), key);
  assert.ok(!source.isHidden(pluginPath("talker", "enabled")));
  assert.deepEqual(source.secrets, [SECRET]);
});

test("a fault at a setting that its schema marks as secret quotes neither the value nor the line", async (t) => {
  const { runtime } = await make(t, `${SECRET}!`);
  await assert.rejects(runtime.start(), (error) => {
    assert.ok(error instanceof BackplaneError && error.faults.length === 1);
    const text = formatFault(error.faults[0]!);
    assert.match(text, /config\.door: the value does not fit \(it is hidden here\)/);
    assert.ok(!text.includes(SECRET), text);
    return true;
  });
});

const failing = {
  throws: v.strictObject({
    door: v.pipe(
      secret,
      v.check((text) => assert.fail(`cannot take ${text}`)),
    ),
  }),
  "drops unknown keys": v.object({ door: secret }),
  "never answers": v.strictObjectAsync({
    door: v.pipeAsync(
      secret,
      v.checkAsync(() => new Promise(() => {})),
    ),
  }),
};

for (const [what, config] of Object.entries(failing)) {
  test(`a setting that its schema marks as secret is hidden where the schema ${what}`, async (t) => {
    class Failing extends BusinessPlugin {
      static override readonly metadata = { ...Talker.metadata, config } as unknown as PluginMetadata;
    }
    const { runtime, records } = await make(t, SECRET, Failing);
    const results = await runtime.start();
    const { source } = runtime.manifest!;
    const shown = inspect(
      { results, records, place: source.locate(pluginPath("talker", "config", "door")) },
      { depth: 10 },
    );
    assert.match(shown, /PLUGIN_METADATA_INVALID|PLUGIN_IMPORT_TIMEOUT/);
    assert.ok(!shown.includes(SECRET), shown);
    assert.ok(source.isHidden(pluginPath("talker", "config", "door")));
  });
}
