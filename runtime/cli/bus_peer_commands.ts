import type { Command } from "commander";
import type { BusPeerOptions, BusPeersOptions } from "./bus_peer.ts";
import { examples, type RunCommand } from "./command.ts";
import { ENVIRONMENT_OPTION, MANIFEST_OPTION } from "./instance_commands.ts";

type Given<Options> = Omit<Options, "name" | "json"> & { readonly json?: boolean };
type Action = "add" | "rotate" | "revoke";

const OUT_OPTION = ["--out <file>", "write the secret key there, mode 0600, instead of showing it"] as const;
const NAME = "one word of lower-case letters, digits, _ and -";

/** The commands that say which programs the bus knows by a key. */
export function addBusPeerCommands(bus: Command, run: RunCommand): void {
  const peer = bus.command("peer").description("make and revoke the keys by which the bus knows programs");
  peer
    .command("list")
    .description("who may do what, and what they did while the instance runs")
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "answer as JSON")
    .action(({ json = false, ...given }: Given<BusPeersOptions>) =>
      run(async (context) => (await import("./bus_peer_list.ts")).list({ ...given, json }, context)),
    );
  const add = command(peer, run, "add", "make a key for a program; its secret half is shown once and kept nowhere");
  add.option(...OUT_OPTION).addHelpText("after", examples("backplane bus peer add thermostat --out thermostat.key"));
  const rotate = command(
    peer,
    run,
    "rotate",
    "make a new key in the place of the old one, and cut off who has the old",
  );
  rotate.option(...OUT_OPTION);
  command(peer, run, "revoke", "remove a program's key, and cut it off");
}

function command(peer: Command, run: RunCommand, action: Action, description: string): Command {
  return peer
    .command(action)
    .description(description)
    .argument("<name>", NAME)
    .option(...MANIFEST_OPTION)
    .option(...ENVIRONMENT_OPTION)
    .option("--json", "answer as JSON")
    .action((name: string, { json = false, ...given }: Given<BusPeerOptions>) =>
      run(async (context) => (await import("./bus_peer.ts"))[action]({ ...given, name, json }, context)),
    );
}
