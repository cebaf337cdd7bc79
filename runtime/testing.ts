/**
 * The kit for plugin authors: one plugin in a real runtime, with a manual clock, a message bus in memory, and fakes of
 * the author's own for everything else.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { test } from "node:test";
 * import { testPlugin } from "backplane/testing";
 * import Greeter from "./greeter.ts";
 *
 * test("it greets whoever asks", async () => {
 *   await using greeter = testPlugin(Greeter, { config: { greeting: "Hi" } });
 *   await greeter.start();
 *   const response = await greeter.fetch("/api/v1/greetings/ada");
 *   assert.deepEqual(await response.json(), { greeting: "Hi, ada!" });
 * });
 * ```
 * @module
 */
import type { BasePlugin } from "./plugin.ts";
import { PluginTest } from "./testing/plugin_test.ts";
import type { PluginConstructor, TestPluginOptions } from "./testing/test_options.ts";

export { systemClock } from "./clock.ts";
export type { ExpectOptions, HandlerFailure } from "./testing/expectations.ts";
export { ManualClock } from "./testing/manual_clock.ts";
export { type ConfiguredClass, pluginContext } from "./testing/plugin_context.ts";
export { PluginTest, type TestRequest } from "./testing/plugin_test.ts";
export { TestBus } from "./testing/test_bus.ts";
export type { PluginConstructor, Stage, StagedPhase, TestPluginOptions } from "./testing/test_options.ts";
export { type PluginContextOptions, UnitContext } from "./testing/unit_context.ts";

/**
 * Puts one plugin into a runtime of its own, with a data folder that is removed at the end. Nothing is started yet.
 *
 * ```ts
 * await using test = testPlugin(Greeter, { services: [hostService(database, fakeDatabase)] });
 * const { state, cause } = await test.start();
 * ```
 * @throws TEST_OPTIONS_INVALID
 */
export function testPlugin<Plugin extends BasePlugin>(
  pluginClass: PluginConstructor<Plugin>,
  options?: TestPluginOptions,
): PluginTest<Plugin> {
  return new PluginTest(pluginClass, options);
}
