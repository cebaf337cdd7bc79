import type { ExitCode } from "../errors.ts";
import type { Output } from "./output.ts";
import type { ProcessWatch } from "./process_watch.ts";

/** What a command works with besides its own options. */
export interface CommandContext {
  readonly output: Output;
  readonly watch: ProcessWatch;
  /** Makes the runtime take TypeScript, where it does not by itself. */
  readonly registerTypeScript: () => unknown;
}

/** How the command line names a manifest. */
export interface ManifestOptions {
  /** Path; undefined: the usual places. */
  readonly manifest?: string | undefined;
  /** Name of the environment, for the overlay. */
  readonly environment?: string | undefined;
}

/** Runs a command and keeps what it answers. */
export type RunCommand = (command: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;

/** The end of a help text: how the command is really typed. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length === 1 ? "" : "s"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
