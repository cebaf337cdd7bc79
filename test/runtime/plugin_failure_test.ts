import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../runtime/errors.ts";
import { phaseInCode, reportFailures } from "../../runtime/plugin_failure.ts";
import type { PluginResult } from "../../runtime/plugin_result.ts";
import { formatPlace, placeInPlugin } from "../../runtime/source_place.ts";

function result(plugin: string, change: Partial<PluginResult> = {}): PluginResult {
  const nothing = { durationMs: undefined, cause: undefined, place: undefined };
  return { plugin, state: "running", ...nothing, blockedBy: [], critical: false, security: false, ...change };
}

function failed(plugin: string, cause?: unknown): PluginResult {
  const error = new BackplaneError("PLUGIN_START_FAILED", `Cannot start plugin "${plugin}".`, {
    remedy: "Mend.",
    cause,
  });
  return result(plugin, { state: "error", cause: error, durationMs: 1 });
}

function blocked(plugin: string, by: string, change: Partial<PluginResult> = {}): PluginResult {
  return result(plugin, { state: "blocked", blockedBy: [by], ...change });
}

test("reportFailures() names what failed by itself, with all it blocks over many steps, nearest first", () => {
  const report = reportFailures([blocked("c", "b"), failed("a"), blocked("b", "a"), result("fine")]);
  assert.deepEqual(
    report.map(({ plugin, phase, blocks }) => [plugin, phase, blocks]),
    [["a", "start", ["b", "c"]]],
  );
});

test("reportFailures() puts what holds up critical plugins first", () => {
  const report = reportFailures([failed("a"), blocked("x", "a"), failed("b"), blocked("y", "b", { critical: true })]);
  assert.deepEqual(
    report.map(({ plugin, critical_down }) => [plugin, critical_down]),
    [
      ["b", ["y"]],
      ["a", []],
    ],
  );
});

test("reportFailures() follows the causes, at most five and never in a circle", () => {
  const circle = new Error("round");
  circle.cause = circle;
  assert.deepEqual(reportFailures([failed("a", circle)])[0]?.causes, [{ code: "Error", message: "round" }]);
  const deep = Array.from({ length: 9 }).reduce<Error>((cause, _, i) => new Error(`e${i}`, { cause }), new Error("x"));
  assert.equal(reportFailures([failed("a", deep)])[0]?.causes.length, 5);
});

test("placeInPlugin() is the first frame in the plugin's own folder, relative to the manifest's", () => {
  const error = new Error("no");
  error.stack = "Error: no\n    at f (file:///x/lib.js:1:1)\n    at g (file:///m/p/plugin.ts?v=2:3:4)";
  assert.equal(formatPlace(placeInPlugin(error, "file:///m/p/", "/m")!), "p/plugin.ts:3:4");
  assert.equal(placeInPlugin(error, "file:///other/", "/m"), undefined);
});

test("phaseInCode() reads the phase that a code names, and none out of others", () => {
  const read = [
    "PLUGIN_IMPORT_FAILED",
    "PLUGIN_START_TIMEOUT",
    "PLUGIN_STRAY_ERROR",
    "DATABASE_START_X",
    undefined,
  ].map(phaseInCode);
  assert.deepEqual(read, ["import", "start", undefined, undefined, undefined]);
});
