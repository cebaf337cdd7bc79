import type { ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import { createRuntime } from "../runtime.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { runtimeOptions } from "./manifest_options.ts";
import { formatPlan, planDocument } from "./plan_text.ts";
import { planToDot, planToMermaid } from "./plan_graph.ts";

export type PlanFormat = "text" | "json" | "mermaid" | "dot";

export interface PlanOptions extends ManifestOptions {
  readonly format: PlanFormat;
}

/** Shows the start order and why it is so. Constructs no plugin. */
export async function plan(options: PlanOptions, context: CommandContext): Promise<ExitCode> {
  const { output, watch } = context;
  const runtime = createRuntime(runtimeOptions(options, context));
  watch.offerStrays((error) => runtime.blame(error));
  const startup = await runtime.plan();
  switch (options.format) {
    case "text":
      output.line(formatPlan(startup, output.paint));
      break;
    case "json":
      output.line(printableJson(planDocument(startup), 2));
      break;
    case "mermaid":
      output.line(planToMermaid(startup));
      break;
    case "dot":
      output.line(planToDot(startup));
      break;
  }
  return 0;
}
