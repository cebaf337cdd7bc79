import type { NeedFact, NeededByFact, PluginFacts } from "../explain_plugin.ts";
import type { SettingFact } from "../explain_settings.ts";
import type { Origin, Reference } from "../manifest/manifest.ts";
import { formatFacts, formatTable, type Paint, printable } from "./terminal.ts";

/** The facts as a page: where it is, what it needs, who needs it, where its settings came from. */
export function formatExplanation(
  facts: PluginFacts,
  { file, paint, width }: { readonly file: string | undefined; readonly paint: Paint; readonly width: number },
): string {
  const settings = facts.settings.map((setting) => [
    setting.path,
    setting.value ?? "[hidden]",
    describeSource(setting),
  ]);
  const version = facts.entry === undefined ? "" : ` ${facts.entry.version}`;
  return [
    `${paint("bold", printable(facts.plugin))}${printable(version)}: ${STATES[facts.state]}`,
    ...formatFacts(rowsOf(facts, file), paint, width),
    "",
    formatTable(["SETTING", "VALUE", "FROM"], settings, paint),
  ].join("\n");
}

function rowsOf(facts: PluginFacts, file: string | undefined): [string, string | undefined][] {
  const { entry, cause } = facts;
  const provides = facts.provides.map(({ service, version, chosen }) =>
    [service, version, ...(chosen ? [] : ["(bound to another plugin)"])].join(" "),
  );
  return [
    ["what", entry?.loaded.metadata.description],
    ["position", entry && `${entry.position} of ${facts.planned}: ${entry.reason}`],
    ["why not", cause && `${cause.code}: ${cause.message}`],
    ["remedy", facts.state === "disabled" ? `Set enabled: true for ${facts.plugin} to start it.` : cause?.remedy],
    ["critical", facts.critical ? "yes: if it fails at start, the whole start fails" : "no"],
    ["module", facts.module],
    ["file", file ?? "not found"],
    ["entry", facts.entryOrigin && describeOrigin(facts.entryOrigin)],
    ["provides", provides.join(", ") || undefined],
    ...listed("needs", facts.needs.map(describeNeed)),
    ...listed("needed by", facts.neededBy.map(describeNeededBy)),
  ];
}

const STATES: Readonly<Record<PluginFacts["state"], string>> = {
  planned: "it will start",
  blocked: "it will be blocked",
  not_loaded: "it could not be loaded",
  disabled: "it is disabled, so neither imported nor started",
};

function listed(label: string, lines: readonly string[]): [string, string][] {
  return lines.length === 0 ? [[label, "nothing"]] : lines.map((line, index) => [index === 0 ? label : "", line]);
}

function describeNeed({ kind, service, range, provider, bind, notLoaded }: NeedFact): string {
  if (kind === "depends_on") return `${provider} (depends_on)${notLoaded.length > 0 ? ": not loaded" : ""}`;
  const what = `${service} ${range} (${kind})`;
  const chosen = bind === undefined ? "" : `, chosen by bind at ${describeOrigin(bind)}`;
  if (provider !== undefined) return `${what}: from ${provider}${chosen}`;
  return `${what}: nobody provides it${notLoaded.length > 0 ? `; not loaded: ${notLoaded.join(", ")}` : ""}`;
}

function describeNeededBy({ plugin, kind, service, through }: NeededByFact): string {
  if (through !== undefined) return `${plugin} (through ${through})`;
  return `${plugin} (${service === undefined ? kind : `${kind} ${service}`})`;
}

function describeSource({ origin, defaultOf }: SettingFact): string {
  if (origin !== undefined) return describeOrigin(origin);
  return defaultOf === "plugin" ? "the plugin's default" : "the manifest's default";
}

function describeOrigin({ position, overlay, references }: Origin): string {
  const place = position === undefined ? "given in code" : `${position.file}:${position.line}:${position.column}`;
  return [`${place}${overlay ? " (overlay)" : ""}`, ...references.map(describeReference)].join(", ");
}

function describeReference(reference: Reference): string {
  if (reference.kind === "file") return `file ${reference.path}`;
  if (reference.kind === "variable") return `environment variable ${reference.name}`;
  return `its default there, for ${reference.name} is not set`;
}
