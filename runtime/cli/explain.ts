import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { nearestKey } from "../../schemas/nearest_key.ts";
import { BackplaneError, type ExitCode } from "../errors.ts";
import { explainPlugin } from "../explain_plugin.ts";
import { resolveModule } from "../loader/module_specifier.ts";
import { printableJson } from "../log/format.ts";
import { quote } from "../manifest/faults.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { builtins } from "../prepare.ts";
import { createRuntime } from "../runtime.ts";
import { config, runtimeLog } from "../system_services.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { explanationDocument } from "./explain_document.ts";
import { formatExplanation } from "./explain_text.ts";
import { readManifestOf, runtimeOptions } from "./manifest_options.ts";

export interface ExplainOptions extends ManifestOptions {
  readonly plugin: string;
  readonly json: boolean;
}

/**
 * Says why a plugin is where it is, and where each of its settings came from. Constructs no plugin.
 * @throws PLUGIN_UNKNOWN, and as `plan` does
 */
export async function explain(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const { output, watch } = context;
  // First, and without importing anything: a misspelt name shall not wait for all modules.
  requirePlugin(options.plugin, await readManifestOf(options));
  const runtime = createRuntime(runtimeOptions(options, context));
  watch.offerStrays((error) => runtime.blame(error));
  const plan = await runtime.plan();
  const manifest = runtime.manifest!;
  const facts = explainPlugin(options.plugin, { manifest, plan, host: [config, runtimeLog] });
  const file = await fileOf(options.plugin, facts.module, manifest.source.baseDir);
  if (options.json) output.line(printableJson(explanationDocument(facts, file), 2));
  else output.line(formatExplanation(facts, { file, paint: output.paint, width: output.width }));
  return 0;
}

function requirePlugin(name: string, { plugins }: Manifest): void {
  const names = plugins.map((entry) => entry.name);
  if (names.includes(name)) return;
  const nearest = nearestKey(name, names);
  const message = `Cannot explain plugin ${quote(name)}: the manifest has no such plugin.`;
  const known = names.length === 0 ? "The manifest has none." : `The manifest has: ${names.join(", ")}.`;
  const remedy = nearest === undefined ? known : `Did you mean ${nearest}? ${known}`;
  throw new BackplaneError("PLUGIN_UNKNOWN", message, { remedy });
}

/** Relative to the manifest where it is inside; undefined where there is none. */
async function fileOf(plugin: string, module: string, baseDir: string): Promise<string | undefined> {
  try {
    const { url } = await resolveModule(plugin, module, { ...builtins, baseDir });
    const path = fileURLToPath(url);
    const inside = relative(baseDir, path);
    return inside.startsWith("..") ? path : inside;
  } catch (error) {
    // Why it cannot be found is told as the plugin's failure.
    if (error instanceof BackplaneError) return undefined;
    throw error;
  }
}
