import { type Command, Option } from "commander";
import { bandNames, type PriorityBand } from "../../schemas/priority_band.ts";
import { examples, type RunCommand } from "./command.ts";
import { MANIFEST } from "./manifest_commands.ts";

interface Given {
  readonly band: PriorityBand;
  readonly provides?: string | true;
  readonly javascript?: boolean;
  readonly manifest?: string;
  readonly json?: boolean;
}

/** The commands for authors of plugins. */
export function addPluginCommands(program: Command, run: RunCommand): void {
  const plugin = program.command("plugin").description("write a plugin of your own");
  plugin
    .command("new")
    .description("write a plugin with its test into plugins/<name> beside the manifest, and its entry into it")
    .argument("<name>", "its key in the manifest: lower-case letters, digits and _")
    .addOption(new Option("--band <band>", "what kind of plugin").choices(bandNames).default("business"))
    .option("--provides [service]", "with a service for other plugins (default: called as the plugin)")
    .option("--javascript", "as JavaScript: needs no TypeScript")
    .option("--manifest <path>", MANIFEST)
    .option("--json", "say what was written as JSON")
    .addHelpText("after", examples("backplane plugin new greeter", "backplane plugin new cache --band infrastructure"))
    .action((name: string, { javascript = false, json = false, ...given }: Given) =>
      run(async (context) => {
        const { pluginNew } = await import("./plugin_new.ts");
        return await pluginNew({ ...given, name, json, language: javascript ? "javascript" : "typescript" }, context);
      }),
    );
}
