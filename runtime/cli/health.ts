import { BackplaneError, type ExitCode } from "../errors.ts";
import type { HealthReport, PluginHealth, PluginStatus } from "../health_report.ts";
import { printableJson } from "../log/format.ts";
import { AdminClient, type AdminAnswer } from "./admin_client.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { formatPluginHealth, formatReport } from "./health_text.ts";

export interface HealthOptions extends ManifestOptions {
  /** Undefined: all of them. */
  readonly plugin: string | undefined;
  readonly json: boolean;
}

/** Asks the running instance how it is. @throws CLI_UNREACHABLE, CLI_REFUSED, PLUGIN_UNKNOWN */
export async function health(options: HealthOptions, context: CommandContext): Promise<ExitCode> {
  const client = await AdminClient.of(options);
  const { plugin, json } = options;
  return plugin === undefined ? await showAll(client, json, context) : await showOne(client, plugin, json, context);
}

async function showAll(client: AdminClient, json: boolean, { output }: CommandContext): Promise<ExitCode> {
  const answer = await client.get("/health");
  if (!isReport(answer)) throw client.refusal(answer);
  const report = answer.body as HealthReport;
  output.line(json ? printableJson(report, 2) : formatReport(report, output.paint));
  return exitOf(report.status);
}

async function showOne(
  client: AdminClient,
  name: string,
  json: boolean,
  { output }: CommandContext,
): Promise<ExitCode> {
  const answer = await client.get(`/plugins/${encodeURIComponent(name)}/health`);
  if (answer.status === 404) throw unknownPlugin(name, answer, client);
  if (answer.status !== 200) throw client.refusal(answer);
  const found = answer.body as PluginHealth;
  output.line(json ? printableJson(found, 2) : formatPluginHealth(name, found, output.paint));
  return exitOf(found.status);
}

/** 503 with a status is an answer too: unhealthy. */
function isReport({ status, body }: AdminAnswer): boolean {
  return (status === 200 || status === 503) && typeof body === "object" && body !== null && "status" in body
    ? typeof body.status === "string"
    : false;
}

function exitOf(status: PluginStatus): ExitCode {
  return status === "unhealthy" ? 1 : 0;
}

function unknownPlugin(name: string, answer: AdminAnswer, client: AdminClient): BackplaneError {
  const { known_plugins: known } = answer.body as { known_plugins?: unknown };
  if (!Array.isArray(known)) return client.refusal(answer);
  return new BackplaneError("PLUGIN_UNKNOWN", `Cannot tell the health of "${name}": there is no such plugin.`, {
    remedy: `The instance has: ${known.join(", ")}.`,
  });
}
