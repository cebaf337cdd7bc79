import { Command, CommanderError } from "commander";
import { BackplaneError, type ExitCode } from "../errors.ts";
import { version } from "../version.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { addBusCommands } from "./bus_commands.ts";
import { addInstanceCommands } from "./instance_commands.ts";
import { addManifestCommands } from "./manifest_commands.ts";
import { addPluginCommands } from "./plugin_commands.ts";

const NOTES = `
Exit codes: 0 well, 1 failed, 64 wrong usage, 69 not reachable, 70 a fault of Backplane itself, 78 configuration,
130 ended by a second signal.`;

/**
 * Parses the command line and runs the command it names; a command's module is loaded only when it runs.
 * @throws CLI_USAGE, and what the command throws
 */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  let code: ExitCode = 0;
  let complaint = "";
  const program = new Command("backplane")
    .description("A declarative plugin runtime: one core.yaml says which plugins run.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .addHelpText("after", NOTES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.output.line(text.trimEnd()),
      writeErr: (text) => void (complaint += text),
    });
  const run: RunCommand = async (command) => {
    code = await command(context);
  };
  addManifestCommands(program, run);
  addInstanceCommands(program, run);
  addBusCommands(program, run);
  addPluginCommands(program, run);
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // Without a command, what the program wants to say is its help.
    if (error.code === "commander.help") context.output.error(complaint.trimEnd());
    throw usageError(error);
  }
}

function usageError({ code, message }: CommanderError): BackplaneError {
  if (code === "commander.help") {
    return new BackplaneError("CLI_USAGE", "Cannot run: no command is given.", {
      remedy: "Name one of the commands above, for example: backplane start.",
    });
  }
  const [what = "", hint = ""] = message.replace(/^error: /, "").split("\n");
  const nearest = /^\(Did you mean (.+)\?\)$/.exec(hint)?.[1];
  const remedy = nearest === undefined ? "See backplane --help." : `Did you mean ${nearest}? See backplane --help.`;
  return new BackplaneError("CLI_USAGE", `Cannot run: ${what.replace(/\.$/, "")}.`, { remedy });
}
