import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { nearestKey } from "../../schemas/nearest_key.ts";
import { BackplaneError, type ExitCode } from "../errors.ts";
import { RuntimeEvents } from "../events.ts";
import { explainPlugin } from "../explain_plugin.ts";
import { resolveModule } from "../loader/module_specifier.ts";
import { printableJson } from "../log/format.ts";
import { RuntimeLogger } from "../log/runtime_logger.ts";
import { quote } from "../manifest/faults.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { builtins, gather, type Gathered } from "../prepare.ts";
import { settleOptions } from "../settle_options.ts";
import { StrayErrors } from "../stray_errors.ts";
import { config, runtimeLog } from "../system_services.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { explanationDocument } from "./explain_document.ts";
import { formatExplanation } from "./explain_text.ts";
import { runtimeOptions } from "./manifest_options.ts";

export interface ExplainOptions extends ManifestOptions {
  readonly plugin: string;
  readonly json: boolean;
}

/**
 * Says why a plugin is where it is, and where each of its settings came from. Constructs no plugin. Faults of settings
 * and of the graph are told as a part of that.
 * @throws PLUGIN_UNKNOWN, MANIFEST_*
 */
export async function explain(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const gathered = await gatherFor(options, context);
  const facts = explainPlugin(options.plugin, gathered);
  const file = await fileOf(options.plugin, facts.module, gathered.manifest.source.baseDir);
  if (options.json) output.line(printableJson(explanationDocument(facts, file), 2));
  else output.line(formatExplanation(facts, { file, paint: output.paint, width: output.width }));
  return 0;
}

/** As a start does, up to the point where it would refuse. */
async function gatherFor(options: ExplainOptions, context: CommandContext): Promise<Gathered> {
  const settled = settleOptions(runtimeOptions(options, context));
  const strays = new StrayErrors(new RuntimeLogger({ clock: settled.clock }));
  context.watch.offerStrays((error) => strays.blame(error, undefined));
  return await gather(settled, [config, runtimeLog], {
    events: new RuntimeEvents(),
    strays: strays.duringImport,
    onImport: (name, root) => strays.importing(name, root),
    // A misspelt name shall not wait for all modules.
    onManifest: (manifest) => requirePlugin(options.plugin, manifest),
    onMarked: () => undefined,
  });
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
