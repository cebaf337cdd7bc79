import { type Command, Option } from "commander";
import { examples, type ManifestOptions, type RunCommand } from "./command.ts";
import type { PlanFormat } from "./plan.ts";

export const MANIFEST = "path of the manifest (default: $BACKPLANE_MANIFEST, ./core.yaml, ./config/core.yaml)";
const ENVIRONMENT = ["--environment <name>", "merge core.<name>.yaml over it, whatever the manifest says"] as const;

const PLAN_FORMATS: readonly PlanFormat[] = ["text", "json", "mermaid", "dot"];

type Given = Pick<ManifestOptions, "environment"> & { readonly json?: boolean };

/** The commands that work on a manifest. */
export function addManifestCommands(program: Command, run: RunCommand): void {
  addInit(program, run);
  addStart(program, run);
  addCheck(program, run);
  addPlan(program, run);
  addExplain(program, run);
}

function addInit(program: Command, run: RunCommand): void {
  program
    .command("init")
    .description("write a small core.yaml, never over another one")
    .argument("[folder]", "where to (default: the working directory)")
    .addHelpText("after", examples("backplane init my_backend"))
    .action((folder: string | undefined) =>
      run(async (context) => (await import("./init.ts")).init({ folder }, context)),
    );
}

function addStart(program: Command, run: RunCommand): void {
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
}

function addCheck(program: Command, run: RunCommand): void {
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

function addPlan(program: Command, run: RunCommand): void {
  program
    .command("plan")
    .description("show the start order, and why it is so; starts nothing")
    .argument("[manifest]", MANIFEST)
    .option(...ENVIRONMENT)
    .addOption(new Option("--format <format>", "how to show it").choices(PLAN_FORMATS).default("text"))
    .option("--json", "the same as --format json")
    .addHelpText(
      "after",
      examples("backplane plan config/core.yaml", "backplane plan --format dot | dot -Tsvg > plan.svg"),
    )
    .action((manifest: string | undefined, { environment, json, format }: Given & { readonly format: PlanFormat }) =>
      run(async (context) => {
        const { plan } = await import("./plan.ts");
        return await plan({ manifest, environment, format: json === true ? "json" : format }, context);
      }),
    );
}

function addExplain(program: Command, run: RunCommand): void {
  program
    .command("explain")
    .description("say why a plugin is where it is, and where its settings came from; starts nothing")
    .argument("<plugin>", "its key in the manifest")
    .argument("[manifest]", MANIFEST)
    .option(...ENVIRONMENT)
    .option("--json", "answer as JSON")
    .addHelpText(
      "after",
      examples("backplane explain message_bus", "backplane explain greeter --json | jq '.settings'"),
    )
    .action((plugin: string, manifest: string | undefined, { environment, json = false }: Given) =>
      run(async (context) => {
        const { explain } = await import("./explain.ts");
        return await explain({ plugin, manifest, environment, json }, context);
      }),
    );
}
