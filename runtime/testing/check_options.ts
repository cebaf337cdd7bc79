import { BackplaneError } from "../errors.ts";
import {
  anything,
  callback,
  clockLike,
  flag,
  hostServices,
  map,
  milliseconds,
  type OptionRule,
  type OptionRules,
  wrongOptions,
} from "../option_rule.ts";
import { SERVICE_NAME } from "../service_key.ts";
import type { ExpectOptions } from "./expectations.ts";
import { KIT_PLUGIN, type Stage, type StagedPhase, type TestPluginOptions } from "./test_options.ts";
import type { PluginContextOptions } from "./unit_context.ts";

/** A longer timer of Node's fires at once. */
const LONGEST_TIMER = 2_147_483_647;

const pluginName: OptionRule = {
  holds: (value) => typeof value === "string" && SERVICE_NAME.test(value),
  must: "a key of the manifest: a-z, 0-9 and _, beginning with a letter",
};
const realTime: OptionRule = {
  holds: (value) => milliseconds.holds(value) && (value as number) <= LONGEST_TIMER,
  must: `a number of milliseconds, 0 to ${LONGEST_TIMER}`,
};

const pluginRules: OptionRules<TestPluginOptions> = {
  name: pluginName,
  // The plugin's own schema says what is wrong with it.
  config: anything,
  entry: map,
  services: hostServices,
  phases: map,
  routes: { holds: (value) => Array.isArray(value) && value.every(map.holds), must: "a list of routes" },
  beside: { holds: map.holds, must: "an object of entries of the manifest by name" },
  bus: flag,
  variables: map,
  now: { holds: Number.isFinite, must: "a number of milliseconds since the epoch, as Date.now() tells it" },
  timeoutMs: realTime,
};

const stage: OptionRule = { holds: map.holds, must: "an object: { delayMs, error }" };
const phaseRules: Readonly<Record<StagedPhase, OptionRule>> = {
  initialize: stage,
  start: stage,
  stop: stage,
  healthCheck: stage,
};
const stageRules: OptionRules<Stage> = { delayMs: milliseconds, error: anything };

const contextRules: OptionRules<PluginContextOptions> = {
  name: pluginName,
  config: anything,
  services: hostServices,
  clock: clockLike,
};

const expectRules: OptionRules<ExpectOptions & { readonly count: number }> = {
  where: callback,
  withinMs: milliseconds,
  timeoutMs: realTime,
  count: { holds: (value) => Number.isInteger(value) && (value as number) > 0, must: "a whole number, 1 or more" },
};

const TEST = "test the plugin";

/** What `testPlugin()` was told, nested options too. @throws TEST_OPTIONS_INVALID */
export function checkTestOptions(pluginClass: unknown, options: TestPluginOptions): void {
  if (typeof pluginClass !== "function") {
    throw invalid(TEST, ["the first argument is not a plugin class"], "Give the class: testPlugin(Greeter).");
  }
  check(TEST, options, pluginRules);
  const { name, phases = {}, beside = {} } = options;
  check(TEST, phases, phaseRules, "phases.");
  for (const [phase, given] of Object.entries(phases)) {
    if (given !== undefined) check(TEST, given, stageRules, `phases.${phase}.`);
  }
  if (name === KIT_PLUGIN || Object.hasOwn(beside, KIT_PLUGIN)) {
    throw invalid(TEST, [`the name "${KIT_PLUGIN}" is the test kit's own`], "Give the plugin another name.");
  }
  if (name !== undefined && Object.hasOwn(beside, name)) {
    throw invalid(TEST, [`"${name}" is the plugin under test and stands in beside too`], "Take it out of beside.");
  }
}

/** What `pluginContext()` was told. @throws TEST_OPTIONS_INVALID */
export function checkContextOptions(options: unknown): void {
  check("make a context", options, contextRules);
}

/** What `bus.expect()` was told. @throws TEST_OPTIONS_INVALID */
export function checkExpectOptions(options: unknown): void {
  check("expect a message", options, expectRules);
}

/** @throws TEST_OPTIONS_INVALID */
export function checkPath(path: unknown): void {
  if (typeof path === "string" && path.startsWith("/")) return;
  const shown = typeof path === "string" ? `"${path}"` : "it";
  const remedy = 'Write the whole path as the route has it, for example fetch("/api/v1/greetings/world").';
  throw invalid("send the request", [`${shown} is no path that begins with /`], remedy);
}

/**
 * What the kit's own plugin failed of: it does nothing that could fail but offer the test's routes.
 * @throws TEST_OPTIONS_INVALID
 */
export function assertRoutes(cause: BackplaneError | undefined): void {
  if (cause === undefined) return;
  throw invalid(TEST, [`its option routes is refused: ${cause.message.replace(/\.$/, "")}`], cause.remedy);
}

function check(what: string, options: unknown, rules: Readonly<Record<string, OptionRule>>, within = ""): void {
  if (!map.holds(options)) throw invalid(what, ["the options must be an object"], listed(rules, within));
  const wrong = wrongOptions(options as Readonly<Record<string, unknown>>, rules, within);
  if (wrong.length > 0) throw invalid(what, wrong, listed(rules, within));
}

function listed(rules: object, within: string): string {
  return `The options${within === "" ? "" : ` in ${within.slice(0, -1)}`} are: ${Object.keys(rules).join(", ")}.`;
}

function invalid(what: string, wrong: readonly string[], remedy: string): BackplaneError {
  return new BackplaneError("TEST_OPTIONS_INVALID", `Cannot ${what}: ${wrong.join("; ")}.`, { remedy });
}
