import type { ExitCode } from "../errors.ts";
import type { Output } from "./output.ts";
import type { ProcessWatch } from "./process_watch.ts";

/** What a command works with besides its own options. */
export interface CommandContext {
  readonly output: Output;
  readonly watch: ProcessWatch;
}

/** One command: resolves with what to exit with; what it throws is shown by the caller. */
export type Command<Options> = (options: Options, context: CommandContext) => Promise<ExitCode>;

/** How the command line names a manifest. */
export interface ManifestOptions {
  /** Path; undefined: the usual places. */
  readonly manifest?: string | undefined;
  /** Name of the environment, for the overlay. */
  readonly environment?: string | undefined;
}
