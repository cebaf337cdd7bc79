import { type Command, Option } from "commander";
import { logLevelNames } from "../../schemas/log_level.ts";
import type { BusPublishOptions } from "./bus_publish.ts";
import type { BusSubscribeOptions } from "./bus_subscribe.ts";
import { addBusPeerCommands } from "./bus_peer_commands.ts";
import { examples, type RunCommand } from "./command.ts";
import { ENVIRONMENT_OPTION, MANIFEST_OPTION, wholeNumber } from "./instance_commands.ts";
import { LINE_FORMATS } from "./log_input.ts";

type Given<Options> = Omit<Options, "topic" | "pattern" | "json"> & { readonly json?: boolean };

/** The commands that speak with the bus. */
export function addBusCommands(program: Command, run: RunCommand): void {
  const bus = program.command("bus").description("publish to the bus and listen to it");
  addPublish(bus, run);
  addSubscribe(bus, run);
  addBusPeerCommands(bus, run);
}

function addPublish(bus: Command, run: RunCommand): void {
  bus
    .command("publish")
    .description("publish each line of standard input as a log entry")
    .argument("<topic>", "for example logs.system.git")
    .addOption(new Option("--level <level>", "of lines that do not say").choices(logLevelNames).default("info"))
    .option("--subsystem <name>", "of lines that do not say (default: from the topic, logs.<subsystem>.<module>)")
    .option("--module <name>", "likewise")
    .addOption(
      new Option("--format <format>", "ndjson: one JSON object a line; auto: lines that are one, the others as text")
        .choices(LINE_FORMATS)
        .default("auto"),
    )
    .option("--source <name>", "who publishes; any other than cli comes without a key, as the peer anonymous", "cli")
    .option("--wait <seconds>", "how long to wait for the bus and for a subscriber", wholeNumber, 10)
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "say how many were sent as JSON")
    .addHelpText("after", examples("git log --oneline -100 | backplane bus publish logs.system.git"))
    .action((topic: string, { json = false, ...given }: Given<BusPublishOptions>) =>
      run(async (context) => (await import("./bus_publish.ts")).publish({ ...given, topic, json }, context)),
    );
}

function addSubscribe(bus: Command, run: RunCommand): void {
  bus
    .command("subscribe")
    .description("show what is published, until a signal comes")
    .argument("<pattern>", "logs.* for all below, sensors.*.state for one word, * for everything")
    .option("--count <n>", "end after so many", wholeNumber)
    .option("--wait <seconds>", "how long to wait for the bus", wholeNumber, 10)
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "one JSON object a line")
    .addHelpText("after", examples("backplane bus subscribe 'logs.*'", "backplane bus subscribe '*' --count 10 --json"))
    .action((pattern: string, { json = false, ...given }: Given<BusSubscribeOptions>) =>
      run(async (context) => (await import("./bus_subscribe.ts")).subscribe({ ...given, pattern, json }, context)),
    );
}
