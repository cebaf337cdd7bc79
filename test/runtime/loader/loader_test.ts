import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { RuntimeEvents } from "../../../runtime/events.ts";
import { BackplaneError } from "../../../runtime/errors.ts";
import { PluginRegistry } from "../../../runtime/loader/registry.ts";
import { pluginClass } from "../plugin_spec.ts";
import { ManualClock, promisesDone } from "../../../runtime/testing/manual_clock.ts";
import { goodModule, importBase, inFolder } from "./plugin_files.ts";

test("loadPlugins() imports a module and answers its class, metadata, kind, config and root", async () => {
  await inFolder({ "good.js": goodModule() }, async (folder) => {
    const { loaded, failed } = await folder.load([{ name: "a", module: "./good.js" }]);
    assert.deepEqual(failed, []);
    const [plugin] = loaded;
    assert.equal(plugin!.name, "a");
    assert.equal(plugin!.metadata.name, "Good");
    assert.equal(plugin!.kind, "business");
    assert.deepEqual(plugin!.config, {});
    assert.match(plugin!.root!, /^file:.*\/manifest\/good\.js$/);
  });
});

for (const extension of ["js", "ts", "mjs"]) {
  test(`PLUGIN_SYNTAX: a .${extension} module that does not parse, with its position where the runtime tells it`, async () => {
    const file = `broken_${extension}.${extension}`;
    await inFolder({ [file]: "export const x = 1;\nconst = 2;\n" }, async (folder) => {
      const error = await folder.failure({ module: `./${file}` });
      assert.equal(error.code, "PLUGIN_SYNTAX");
      if (error.details["line"] !== undefined) {
        assert.equal(error.details["file"], file);
        assert.equal(error.details["line"], 2);
        assert.match(error.message, new RegExp(`does not parse at ${file}:2`));
      }
      // tsx transforms TypeScript with esbuild, which always knows.
      if (extension === "ts" && !("bun" in process.versions) && !("deno" in process.versions)) {
        assert.equal(error.details["line"], 2);
      }
    });
  });
}

test("PLUGIN_IMPORT_FAILED: a module that throws at top level, with the place", async () => {
  await inFolder({ "throws.js": 'export {};\nthrow new Error("boom");\n' }, async (folder) => {
    const error = await folder.failure({ module: "./throws.js" });
    assert.equal(error.code, "PLUGIN_IMPORT_FAILED");
    assert.match(error.message, /^Cannot load plugin "a": .* at throws\.js:2(:\d+)?: boom\.$/);
    assert.equal((error.cause as Error).message, "boom");
  });
});

for (const [what, text] of [
  ["nothing", "throw undefined;"],
  ["a string", 'throw "boom";'],
  ["something whose message throws", "throw { get message() { throw new Error('no'); } };"],
] as const) {
  test(`PLUGIN_IMPORT_FAILED: a module that throws ${what}`, async () => {
    await inFolder({ "throws.js": `export {};\n${text}\n` }, async (folder) => {
      assert.equal((await folder.failure({ module: "./throws.js" })).code, "PLUGIN_IMPORT_FAILED");
    });
  });
}

test("PLUGIN_IMPORT_FAILED: a module that imports what is not there", async () => {
  await inFolder({ "lonely.js": 'import "./nobody.js";\nexport default 1;\n' }, async (folder) => {
    const error = await folder.failure({ module: "./lonely.js" });
    assert.equal(error.code, "PLUGIN_IMPORT_FAILED");
    assert.match(error.message, /nobody\.js/);
  });
});

/** Hangs until the test is over: Deno ends the whole run for a module that nothing can wake any more. */
const HANGS = `import process from "node:process";
await new Promise((resolve) => process.once("test_over", resolve));
`;

test("PLUGIN_IMPORT_TIMEOUT: a module that hangs at top level, while others load", async () => {
  const files = { "hangs.mjs": HANGS, "good.js": goodModule() };
  await inFolder(files, async (folder) => {
    const clock = new ManualClock();
    const events = new RuntimeEvents();
    const slow: unknown[] = [];
    events.on(
      (event) =>
        void (
          event.type === "plugins_slow" &&
          slow.push(...event.slow.map((one) => [one.plugin, one.phase, one.elapsedMs, one.deadlineMs, one.waiting]))
        ),
    );
    const loading = folder.load(
      [
        { name: "a", module: "./hangs.mjs" },
        { name: "b", module: "./good.js" },
      ],
      { clock, events },
    );
    // The deadline of the one that hangs, and the watch that says so.
    while (clock.pending.all !== 2) await promisesDone();
    await clock.advance(10_000);
    assert.deepEqual(slow, [["a", "import", 5_000, 10_000, ["b"]]]);
    const { loaded, failed } = await loading;
    assert.deepEqual(
      loaded.map(({ name }) => name),
      ["b"],
    );
    assert.equal(failed[0]!.error.code, "PLUGIN_IMPORT_TIMEOUT");
    assert.match(failed[0]!.error.message, /within 10000 ms/);
    process.emit("test_over" as never);
  });
});

test("PLUGIN_IMPORT_TIMEOUT: a config schema that never answers", async () => {
  const config = '{ "~standard": { version: 1, vendor: "test", validate: () => new Promise(() => {}) } }';
  const text = `${importBase}
export default class extends BusinessPlugin {
  static metadata = { name: "x", version: "1.0.0", description: "", config: ${config} };
}`;
  await inFolder({ "slow.js": text }, async (folder) => {
    const clock = new ManualClock();
    const failure = folder.failure({ module: "./slow.js" }, { clock });
    while (clock.pending.all !== 2) await promisesDone();
    await clock.advance(10_000);
    assert.equal((await failure).code, "PLUGIN_IMPORT_TIMEOUT");
    assert.deepEqual(clock.pending, { all: 0, keepAlive: 0 });
  });
});

test("disabled plugins are never imported", async () => {
  const text = `globalThis.backplaneTestTouched = true;\n${goodModule()}`;
  await inFolder({ "touches.js": text }, async (folder) => {
    const { loaded, failed } = await folder.load([{ name: "a", module: "./touches.js", enabled: false }]);
    assert.deepEqual([...loaded, ...failed], []);
    assert.equal("backplaneTestTouched" in globalThis, false);
  });
});

test("`module` wins over a registered class, which wins over nothing but an unknown name", async () => {
  const registry = new PluginRegistry();
  registry.register("a", pluginClass({ name: "registered" }));
  await inFolder({ "good.js": goodModule() }, async (folder) => {
    const both = await folder.load([{ name: "a", module: "./good.js" }], { registry });
    assert.equal(both.loaded[0]!.metadata.name, "Good");
    const registered = await folder.load([{ name: "a" }], { registry });
    assert.equal(registered.loaded[0]!.metadata.name, "registered");
    assert.equal(registered.loaded[0]!.root, undefined);
  });
});

test("without `module` and class the built-in of that name is loaded, its folder is its root", async () => {
  await inFolder({ "../builtins/clock/plugin.js": goodModule() }, async (folder) => {
    const { loaded } = await folder.load([{ name: "clock" }, { name: "other", module: "builtin:clock" }]);
    assert.deepEqual(
      loaded.map(({ name, root }) => [name, root!.split("/builtins/")[1]]),
      [
        ["clock", "clock/"],
        ["other", "clock/"],
      ],
    );
  });
});

test("PLUGIN_NOT_FOUND: neither `module`, nor a class, nor a built-in", async () => {
  await inFolder({}, async (folder) => {
    assert.equal((await folder.failure({ name: "nobody" })).code, "PLUGIN_NOT_FOUND");
  });
});

test("PLUGIN_ALREADY_REGISTERED: a class under a built-in's name, even if the manifest does not name it", async () => {
  const registry = new PluginRegistry();
  registry.register("clock", pluginClass({ name: "clock" }));
  await inFolder({ "../builtins/clock/plugin.js": goodModule() }, async (folder) => {
    await assert.rejects(
      folder.load([], { registry }),
      (error) => error instanceof BackplaneError && error.code === "PLUGIN_ALREADY_REGISTERED",
    );
  });
});

test("imports run in parallel, at most 64 at once", async () => {
  let now = 0;
  let most = 0;
  const importModule = async (): Promise<unknown> => {
    most = Math.max(most, ++now);
    await promisesDone();
    now--;
    return { default: pluginClass({ name: "a" }) };
  };
  await inFolder({ "good.js": goodModule() }, async (folder) => {
    const entries = Array.from({ length: 150 }, (_, i) => ({ name: `p${i}`, module: "./good.js" }));
    const { loaded } = await folder.load(entries, { importModule });
    assert.deepEqual(
      loaded.map(({ name }) => name),
      entries.map(({ name }) => name),
    );
  });
  assert.ok(most > 1 && most <= 64, `${most} at once`);
});

test("a module may be loaded for two entries: two plugins of one class", async () => {
  await inFolder({ "good.js": goodModule() }, async (folder) => {
    const { loaded } = await folder.load([
      { name: "a", module: "./good.js" },
      { name: "b", module: "./good.js" },
    ]);
    assert.equal(loaded[0]!.pluginClass, loaded[1]!.pluginClass);
  });
});
