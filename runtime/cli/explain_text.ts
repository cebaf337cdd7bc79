import type { Fault } from "../errors.ts";
import type { CycleStep, NeedFact, NeededByFact } from "../explain_needs.ts";
import type { PluginFacts } from "../explain_plugin.ts";
import type { SettingFact } from "../explain_settings.ts";
import { formatPath } from "../manifest/faults.ts";
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
  const version = facts.loaded === undefined ? "" : ` ${facts.loaded.metadata.version}`;
  return [
    `${paint("bold", printable(facts.plugin))}${printable(version)}: ${STATES[facts.state]}`,
    ...formatFacts(rowsOf(facts, file), paint, width),
    "",
    formatTable(["SETTING", "VALUE", "FROM"], settings, paint),
  ].join("\n");
}

function rowsOf(facts: PluginFacts, file: string | undefined): [string, string | undefined][] {
  const { loaded, entry } = facts;
  const provides = facts.provides.map(({ service, version, chosen }) =>
    [service, version, ...(chosen ? [] : ["(bound to another plugin)"])].join(" "),
  );
  return [
    ["what", loaded?.metadata.description],
    ["position", entry && `${entry.position} of ${facts.planned}: ${entry.reason}`],
    ...whyNot(facts),
    ["critical", facts.critical ? "yes: if it fails at start, the whole start fails" : "no"],
    ["module", facts.module],
    ["file", file ?? "not found"],
    ["entry", facts.entryOrigin && describeOrigin(facts.entryOrigin)],
    ["provides", provides.join(", ") || undefined],
    ...listed("needs", facts.needs.map(describeNeed), "nothing"),
    ...listed("needed by", facts.neededBy.map(describeNeededBy), "nothing"),
  ];
}

const STATES: Readonly<Record<PluginFacts["state"], string>> = {
  planned: "it will start",
  blocked: "it will be blocked",
  not_loaded: "it could not be loaded",
  disabled: "it is disabled, so neither imported nor started",
  refused: "nothing starts until the faults are mended",
};

function whyNot({ plugin, state, cause, faults, otherFaults, cycles }: PluginFacts): [string, string | undefined][] {
  const refused = state === "refused";
  return [
    ["why not", refused || cause === undefined ? undefined : `${cause.code}: ${cause.message}`],
    [
      "remedy",
      state === "disabled" ? `Set enabled: true for ${plugin} to start it.` : refused ? undefined : cause?.remedy,
    ],
    ...listed(
      "cycle",
      cycles.flatMap((cycle) => cycle.map(describeStep)),
    ),
    ...listed("fault", faults.map(describeFault)),
    ...listed("elsewhere", otherFaults.map(describeFault)),
  ];
}

function describeFault({ code, path, message, remedy, position }: Fault): string {
  const place = position === undefined ? "" : `${position.file}:${position.line}:${position.column} `;
  return `${place}${code} ${formatPath(path)}: ${message} ${remedy}`;
}

function describeStep({ plugin, needs, kind, service, origin }: CycleStep): string {
  if (service !== undefined) return `${plugin} needs ${needs} (${kind} ${service}, says its code)`;
  return `${plugin} needs ${needs} (${kind}${origin === undefined ? "" : ` at ${describeOrigin(origin)}`})`;
}

/** One row a line, the label at the first; `none` where there is no line, else no row. */
function listed(label: string, lines: readonly string[], none?: string): [string, string | undefined][] {
  return lines.length === 0 ? [[label, none]] : lines.map((line, index) => [index === 0 ? label : "", line]);
}

function describeNeed({ kind, service, range, provider, origin, notLoaded }: NeedFact): string {
  const missing = notLoaded.length > 0;
  if (kind === "depends_on") {
    const where = origin === undefined ? "" : ` at ${describeOrigin(origin)}`;
    return `${provider} (depends_on${where})${missing ? ": not loaded" : ""}`;
  }
  const what = `${service} ${range} (${kind})`;
  const chosen = origin === undefined ? "" : `, chosen by bind at ${describeOrigin(origin)}`;
  if (provider !== undefined) return `${what}: from ${provider}${chosen}`;
  return `${what}: nobody provides it${missing ? `; not loaded: ${notLoaded.join(", ")}` : ""}`;
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
