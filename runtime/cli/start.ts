import { followsContext } from "../active_runtime.ts";
import { BackplaneError, type ExitCode, messageOf } from "../errors.ts";
import type { Runtime, StopReport } from "../handle.ts";
import type { Attribution } from "../manifest/manifest.ts";
import { createRuntime } from "../runtime.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { reportFailure, toCoded } from "./failure.ts";
import { runtimeOptions } from "./manifest_options.ts";
import { StartView } from "./start_view.ts";
import { stopError } from "./stop_error.ts";

export interface StartOptions extends ManifestOptions {
  readonly json: boolean;
}

/** Starts a manifest and serves until a signal, a failed start or an error that no plugin can be blamed for ends it. */
export async function start(options: StartOptions, context: CommandContext): Promise<ExitCode> {
  const view = new StartView(context.output, { json: options.json });
  const runtime = createRuntime({
    ...runtimeOptions(options, context),
    listen: true,
    logger: (record) => view.log(record, runtime.manifest?.system.log.format),
  });
  runtime.on((event) => void (event.type === "plugins_slow" && view.slow(event)));
  const codes: ExitCode[] = [];
  const reason = await serve(runtime, view, context, (error) => {
    view.failed();
    codes.push(reportFailure(error, context.output, view.json, runtime.manifest));
  });
  view.release();
  const report = await runtime.stop(reason);
  const stopped = reportStop(report, context, view.json);
  return codes[0] ?? stopped;
}

/** Resolves with the first thing that ends the program, during the start or after it. */
function serve(
  runtime: Runtime,
  view: StartView,
  { watch }: CommandContext,
  fail: (error: unknown) => void,
): Promise<string> {
  return new Promise((resolve) => {
    let ending = false;
    const end = (reason: string): void => {
      ending = true;
      resolve(reason);
    };
    watch.onEnd(end);
    watch.offerStrays(
      (error) => runtime.blame(error),
      (error) => {
        fail(strayError(error, runtime.manifest?.system.attribution));
        end("an error escaped that no plugin can be blamed for");
      },
    );
    runtime.start().then(
      (results) => view.started(results, runtime.url, runtime.manifest),
      (error: unknown) => {
        // A start that was told to stop rejects too.
        if (!ending) fail(error);
        end("the start failed");
      },
    );
  });
}

function reportStop(report: StopReport, { output }: CommandContext, json: boolean): ExitCode {
  const error = stopError(report);
  return error === undefined ? 0 : reportFailure(error, output, json);
}

/** An error with no plugin in its stack: nobody knows what state the process is in. */
function strayError(stray: unknown, attribution: Attribution = "auto"): BackplaneError {
  const { message, cause } = toCoded(stray);
  const remedy = followsContext(attribution)
    ? "No plugin could be blamed. If the lines above are not of your own code, please report them."
    : "No plugin stands in its stack. Set core.system.attribution: context, which also follows what a plugin has begun.";
  if (stray instanceof Error) return new BackplaneError("INTERNAL", message, { remedy, cause: cause ?? stray });
  const what = `Cannot go on: ${messageOf(stray)} was thrown and not caught; it is no Error, so no stack says where.`;
  return new BackplaneError("INTERNAL", what, { remedy, cause: stray });
}
