import type { Command } from "commander";
import type { ManifestOptions } from "./command.ts";
import { examples, type RunCommand } from "./program.ts";

const MANIFEST = "path of the manifest (default: $BACKPLANE_MANIFEST, ./core.yaml, ./config/core.yaml)";
const ENVIRONMENT = ["--environment <name>", "merge core.<name>.yaml over it, whatever the manifest says"] as const;

type Given = Pick<ManifestOptions, "environment"> & { readonly json?: boolean };

/** The commands that work on a manifest. */
export function addManifestCommands(program: Command, run: RunCommand): void {
  program
    .command("start")
    .description("start the plugins and serve until a signal comes")
    .argument("[manifest]", MANIFEST)
    .option(...ENVIRONMENT)
    .option("--json", "write the log as JSON lines, also on a terminal")
    .addHelpText("after", examples("backplane start config/core.yaml", "backplane start --environment production"))
    .action((manifest: string | undefined, { environment, json = false }: Given) =>
      run(async (context) => (await import("./start.ts")).start({ manifest, environment, json }, context)),
    );
  program
    .command("check")
    .description("say everything that is wrong with a manifest; starts nothing")
    .argument("[manifest]", MANIFEST)
    .option(...ENVIRONMENT)
    .option("--json", "answer as JSON")
    .addHelpText("after", examples("backplane check config/core.yaml", "backplane check --json | jq '.faults'"))
    .action((manifest: string | undefined, { environment, json = false }: Given) =>
      run(async (context) => (await import("./check.ts")).check({ manifest, environment, json }, context)),
    );
}
