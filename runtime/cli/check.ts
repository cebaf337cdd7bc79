import { BackplaneError, type ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { StartupPlan } from "../plan/plan.ts";
import { type PluginFailure, reportFailures } from "../plugin_failure.ts";
import { createRuntime } from "../runtime.ts";
import { plannedResults } from "../snapshots.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { describeError, describeFault, entryOf } from "./failure.ts";
import { formatFailures } from "./failure_screen.ts";
import { runtimeOptions } from "./manifest_options.ts";
import type { Output } from "./output.ts";

export interface CheckOptions extends ManifestOptions {
  readonly json: boolean;
}

const EXIT_CONFIGURATION = 78;

/** Goes the way of `start` up to the plan, and says all that is wrong on it. Constructs no plugin. */
export async function check(options: CheckOptions, context: CommandContext): Promise<ExitCode> {
  const { output, watch } = context;
  const runtime = createRuntime({ ...runtimeOptions(options, context), listen: true });
  watch.offerStrays((error) => runtime.blame(error));
  try {
    const plan = await runtime.plan();
    const manifest = runtime.manifest!;
    const failures = reportFailures(plannedResults(manifest, plan));
    if (options.json) output.line(printableJson(planDocument(plan, failures)));
    else if (failures.length > 0) output.error(failedText(failures, manifest, output));
    else output.line(goodText(manifest.source.files, plan));
    return plan.failed.length === 0 ? 0 : EXIT_CONFIGURATION;
  } catch (error) {
    if (!options.json || !(error instanceof BackplaneError) || error.exitCode !== EXIT_CONFIGURATION) throw error;
    output.line(printableJson(errorDocument(error)));
    return error.exitCode;
  }
}

function planDocument(plan: StartupPlan, failures: readonly PluginFailure[]) {
  return {
    ok: plan.failed.length === 0,
    faults: [],
    failed: plan.failed.map(({ name, error }) => ({ plugin: name, error: describeError(error) })),
    failures,
    plugins: plan.entries.map((entry) => entry.name),
    disabled: plan.disabled,
  };
}

/** An error without faults of its own is the one fault. */
function errorDocument(error: BackplaneError) {
  const { code, message, remedy } = error;
  const own = { code, path: [], message, remedy, position: null };
  const faults = error.faults.length > 0 ? error.faults.map(describeFault) : [own];
  return { ok: false, faults, failed: [], failures: [], plugins: [], disabled: [] };
}

function goodText(files: readonly string[], plan: StartupPlan): string {
  const count = plan.entries.length;
  const parts = [`${count} ${count === 1 ? "plugin" : "plugins"}`];
  if (plan.disabled.length > 0) parts.push(`${plan.disabled.length} disabled`);
  return `${files.join(" with ")} is good: ${parts.join(", ")}.`;
}

/** Each with its line in the manifest: `module` where it is written, else the entry. */
function failedText(
  failures: readonly PluginFailure[],
  manifest: Manifest,
  { paintError: paint, errorWidth: width }: Output,
): string {
  return formatFailures(failures, { paint, width, entryOf: (plugin) => entryOf(plugin, manifest) });
}
