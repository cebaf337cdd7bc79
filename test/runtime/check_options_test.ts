import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BackplaneError, BusinessPlugin, config, createRuntime, hostService, serviceKey } from "../../mod.ts";
import type { RuntimeOptions } from "../../mod.ts";

const inline = { manifestObject: {}, baseDir: "/" };
const greeting = serviceKey<string>("greeting", "1.0.0");

/** What a program in plain JavaScript may write. */
function refusal(options: unknown): BackplaneError {
  try {
    createRuntime(options as RuntimeOptions);
  } catch (error) {
    if (error instanceof BackplaneError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const wrong: readonly (readonly [what: string, options: unknown, says: string])[] = [
  ["a path in place of the options", "core.yaml", "the options must be an object"],
  ["null", null, "the options must be an object"],
  ["a misspelt option", { manfest: "core.yaml" }, 'there is no option "manfest"; did you mean "manifest"?'],
  ["an option that resembles none", { colour: 1 }, 'there is no option "colour"'],
  ["a manifest that is no path", { manifest: 42 }, "manifest must be a path or a file URL"],
  ["an empty path", { manifest: "" }, "manifest must be a path or a file URL"],
  ["a manifest on the web", { manifest: new URL("http://a/") }, "manifest must be a path or a file URL"],
  ["a text that is bytes", { manifestText: new Uint8Array(), baseDir: "/" }, "manifestText must be a string"],
  ["a relative baseDir", { ...inline, baseDir: "config" }, "baseDir must be an absolute path or a file URL"],
  ["a text without baseDir", { manifestText: "core:" }, "a manifest as text or object needs baseDir"],
  ["baseDir with a file", { manifest: "core.yaml", baseDir: "/" }, "baseDir goes with manifestText or manifestObject"],
  ["two manifests", { manifest: "a", ...inline }, "only one of manifest, manifestText and manifestObject"],
  ["a list of plugins", { plugins: [] }, "plugins must be an object of plugin classes by name"],
  ["a plugin no manifest can name", { plugins: { Greeter: BusinessPlugin } }, 'no manifest can name "Greeter"'],
  ["services by name", { services: { greeting: 1 } }, "services must be a list of hostService(key, value)"],
  ["a key without its value", { services: [greeting] }, "services must be a list of hostService(key, value)"],
  [
    "a service without a value",
    { services: [hostService(greeting, undefined as unknown as string)] },
    "services must be a list",
  ],
  [
    "a service twice",
    { services: [hostService(greeting, "a"), hostService(greeting, "b")] },
    'services provides "greeting" twice',
  ],
  [
    "a service of the runtime's own",
    { services: [hostService(config, {} as never)] },
    'services provides "config" twice, or the runtime provides it itself',
  ],
  ["a port to listen on", { listen: 8771 }, "listen must be true or false; the manifest says which host and port"],
  ["a signal's name", { handleSignals: "SIGTERM" }, "handleSignals must be true or false"],
  ["a logger with methods", { logger: console }, "logger must be a function that takes one record"],
  ["a clock that only tells the time", { clock: { now: () => 0 } }, "clock must be an object with now(), monotonic()"],
  ["a budget that is no number", { stopBudgetMs: Number.NaN }, "stopBudgetMs must be a number of milliseconds"],
  ["an environment that is no name", { environment: true }, "environment must be a string"],
  ["variables as a list", { variables: ["A=1"] }, "variables must be an object"],
];

describe("createRuntime() refuses, naming the option,", () => {
  for (const [what, options, says] of wrong) {
    test(what, () => {
      const error = refusal(options);
      assert.equal(error.code, "RUNTIME_OPTIONS_INVALID");
      assert.ok(error.message.includes(says), error.message);
    });
  }

  test("everything that is wrong at once", () => {
    const { message } = refusal({ lisen: true, logger: 1 });
    assert.equal(
      message,
      'Cannot make a runtime: there is no option "lisen"; did you mean "listen"?; ' +
        "logger must be a function that takes one record.",
    );
  });

  test("a class that is no plugin", () => {
    assert.equal(refusal({ ...inline, plugins: { greeter: Map } }).code, "PLUGIN_NOT_A_PLUGIN");
    assert.equal(refusal({ ...inline, plugins: { greeter: {} } }).code, "PLUGIN_NOT_A_PLUGIN");
  });
});

test("createRuntime() takes an option that is undefined as one that is not given", () => {
  createRuntime({
    manifest: undefined,
    manifestText: undefined,
    baseDir: undefined,
    environment: undefined,
    variables: undefined,
    plugins: undefined,
    services: undefined,
    listen: undefined,
    handleSignals: undefined,
    logger: undefined,
    clock: undefined,
    stopBudgetMs: undefined,
  });
});
