import process from "node:process";
import { BackplaneError, type ExitCode } from "../errors.ts";
import type { CommandContext } from "./command.ts";
import { reportFailure, toCoded } from "./failure.ts";
import { Output } from "./output.ts";
import { ProcessWatch } from "./process_watch.ts";
import { runProgram } from "./program.ts";

/**
 * Runs one command and ends the process with its exit code.
 * @param args the command line without runtime and script
 * @param registerTypeScript makes the runtime take TypeScript, where it does not by itself
 */
export async function main(args: readonly string[], registerTypeScript: () => unknown): Promise<void> {
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, variables: process.env });
  const asJson = args.includes("--json");
  const watch = new ProcessWatch((stray) => void end(reportFailure(internal(stray), output, asJson), output));
  await end(await run(args, { output, watch, registerTypeScript }, asJson), output);
}

async function run(args: readonly string[], context: CommandContext, asJson: boolean): Promise<ExitCode> {
  try {
    return await runProgram(args, context);
  } catch (error) {
    return reportFailure(error, context.output, asJson);
  }
}

/** Explicitly, for a plugin's module may have left something behind that would keep the process alive. */
async function end(code: ExitCode, output: Output): Promise<void> {
  process.exitCode = code;
  await output.flush();
  const { failure } = output;
  if (failure !== undefined) output.error(`error: Cannot write to standard output: ${failure.message}.`);
  process.exit(failure === undefined || code !== 0 ? code : 1);
}

/** What nobody caught is never an expected failure, even when it has a code. */
function internal(stray: unknown): BackplaneError {
  const { message, cause } = toCoded(stray);
  const remedy = "An error escaped. If no plugin of yours is in the lines above, please report it.";
  return new BackplaneError("INTERNAL", message, { remedy, cause: cause ?? stray });
}
