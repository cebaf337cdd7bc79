import { BackplaneError, type ExitCode } from "../errors.ts";
import { createRuntime, type Runtime, type StopReport } from "../runtime.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { reportFailure, toCoded } from "./failure.ts";
import { runtimeOptions } from "./manifest_options.ts";
import { StartView } from "./start_view.ts";

export interface StartOptions extends ManifestOptions {
  readonly json: boolean;
}

/** What made the program end: a signal, an error nobody could be blamed for, or a start that failed. */
type Ending = { readonly kind: "signal" } | { readonly kind: "stray" | "failure"; readonly error: unknown };

/** Starts a manifest and serves until something ends it. */
export async function start(options: StartOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const view = new StartView(output, { json: options.json });
  const runtime = createRuntime({
    ...runtimeOptions(options),
    listen: true,
    logger: (record) => view.log(record, runtime.manifest?.system.log.format),
  });
  const ending = await serve(runtime, view, context);
  const report = await runtime.stop();
  view.stopped();
  if (ending.kind === "signal") return reportStop(report, context, view.json);
  const error = ending.kind === "stray" ? strayError(ending.error) : ending.error;
  return reportFailure(error, output, view.json);
}

/** Resolves with the first thing that ends the program, whether during the start or after it. */
function serve(runtime: Runtime, view: StartView, { watch }: CommandContext): Promise<Ending> {
  return new Promise((resolve) => {
    watch.onEnd(() => resolve({ kind: "signal" }));
    watch.takeStrays((error) => {
      if (!runtime.blame(error)) resolve({ kind: "stray", error });
    });
    runtime.start().then(
      (results) => view.started(results, runtime.url),
      (error: unknown) => resolve({ kind: "failure", error }),
    );
  });
}

function reportStop(report: StopReport, { output }: CommandContext, json: boolean): ExitCode {
  const { abandoned, problems } = report;
  if (abandoned.length === 0 && problems.length === 0) return 0;
  const parts = problems.map((problem) => problem.message);
  if (abandoned.length > 0) parts.push(`Not waited for any longer: ${abandoned.join(", ")}.`);
  const error = new BackplaneError("RUNTIME_STOP_FAILED", `Cannot stop cleanly: ${parts.join(" ")}`, {
    remedy: "Look at the log lines of these plugins; raise their timeouts.stop_ms if they only need longer.",
  });
  return reportFailure(error, output, json);
}

/** An error with no plugin in its stack: nobody knows what state the process is in. */
function strayError(stray: unknown): BackplaneError {
  const { message, cause } = toCoded(stray);
  const remedy = "No plugin could be blamed. If the lines above are not of your own code, please report them.";
  return new BackplaneError("INTERNAL", message, { remedy, cause: cause ?? stray });
}
