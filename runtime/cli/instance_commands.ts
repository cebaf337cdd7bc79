import { type Command, InvalidArgumentError, Option } from "commander";
import { logLevelNames } from "../../schemas/log_level.ts";
import { examples, type RunCommand } from "./command.ts";
import type { LogsOptions } from "./logs.ts";

export const MANIFEST_OPTION = [
  "--manifest <path>",
  "manifest of the instance (default: $BACKPLANE_MANIFEST, ./core.yaml, ./config/core.yaml)",
] as const;
export const ENVIRONMENT_OPTION = ["--environment <name>", "the environment that it was started with"] as const;

interface Given {
  readonly manifest?: string;
  readonly environment?: string;
  readonly json?: boolean;
}

/** The commands that ask a running instance. */
export function addInstanceCommands(program: Command, run: RunCommand): void {
  program
    .command("health")
    .description("ask the running instance how it is: exit code 0 healthy or degraded, 1 unhealthy, 69 not reachable")
    .argument("[plugin]", "show this one with all that its check says")
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "answer as JSON")
    .addHelpText("after", examples("backplane health", "backplane health message_bus --json"))
    .action((plugin: string | undefined, { json = false, ...given }: Given) =>
      run(async (context) => (await import("./health.ts")).health({ ...given, plugin, json }, context)),
    );
  addLogs(program, run);
}

function addLogs(program: Command, run: RunCommand): void {
  program
    .command("logs")
    .description("show the log that log_consumer keeps, newest at the bottom")
    .addOption(new Option("--level <level>", "this one and graver").choices(logLevelNames))
    .option("--subsystem <name>", "of this subsystem")
    .option("--module <name>", "of this module")
    .option("--since <time>", "from here on: 10m, 2h, 1d or a time as 2026-01-31T12:00:00Z")
    .option("--until <time>", "up to here, likewise")
    .option("--q <words>", 'with all these words, "a phrase" or begin*')
    .option("--limit <n>", "at most so many, the newest (default: 100; with --follow: 10)", wholeNumber)
    .option("-f, --follow", "go on with what comes")
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "one JSON object a line")
    .addHelpText("after", examples("backplane logs --q fix", "backplane logs --level warning --since 2h --follow"))
    .action(({ json = false, follow = false, ...given }: Partial<LogsOptions>) =>
      run(async (context) => (await import("./logs.ts")).logs({ ...given, json, follow }, context)),
    );
}

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= 1) return number;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}
