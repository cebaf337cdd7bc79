import type { BackplaneError } from "../errors.ts";
import type { PluginFailure } from "../plugin_failure.ts";
import { someOf } from "../log/slow_text.ts";
import { formatPlace } from "../source_place.ts";
import { formatFacts, type Paint, printable } from "./terminal.ts";

const FAILURES_SHOWN = 20;
const NAMES_SHOWN = 12;
const CAUSE_LIMIT = 300;

export interface FailureScreenOptions {
  readonly paint: Paint;
  /** Columns to wrap at. */
  readonly width: number;
  /** Where a plugin's entry stands in the manifest, and its line. */
  readonly entryOf: (plugin: string) => string | undefined;
}

/** Every plugin that failed by itself: what it says, then what led to it, where, what it blocked and what to do. */
export function formatFailures(failures: readonly PluginFailure[], options: FailureScreenOptions): string {
  const shown = failures.slice(0, FAILURES_SHOWN).map((failure) => formatFailure(failure, options));
  const rest = failures.slice(FAILURES_SHOWN).map(({ plugin }) => plugin);
  if (rest.length > 0) shown.push(`${rest.length} more failed: ${someOf(rest.slice(0, NAMES_SHOWN), rest.length)}.`);
  return shown.join("\n\n");
}

/** The failures that a failed start carries. */
export function failuresIn({ code, details }: BackplaneError): readonly PluginFailure[] {
  const { failures } = details;
  return code === "RUNTIME_START_FAILED" && Array.isArray(failures) ? (failures as PluginFailure[]) : [];
}

function formatFailure(failure: PluginFailure, { paint, width, entryOf }: FailureScreenOptions): string {
  const { causes, code, message, place, remedy } = failure;
  const inner = causes.findLast(({ code: named }) => /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(named))?.code;
  const codes = inner === undefined ? code : `${code} (${inner})`;
  const facts: [string, string | undefined][] = [
    ...unsaid(failure).map((cause): [string, string] => ["cause", cause]),
    ["at", place === null || message.includes(formatPlace(place)) ? undefined : formatPlace(place)],
    ["entry", entryOf(failure.plugin)],
    ["blocks", blocksOf(failure)],
    ["closes", closesOf(failure)],
    ["remedy", remedy],
  ];
  return [
    `${paint("red", `error ${codes}:`)} ${printable(oneLine(message))}`,
    ...formatFacts(facts, paint, width),
  ].join("\n");
}

/** Causes that add something to what is already said. */
function unsaid({ code, message, causes }: PluginFailure): string[] {
  const said = [oneLine(message)];
  const told: string[] = [];
  // What importing threw is the message, without the transpiler's and the resolver's decoration.
  const imported = code === "PLUGIN_SYNTAX" || code === "PLUGIN_IMPORT_FAILED";
  for (const cause of imported ? causes.slice(1) : causes) {
    const text = oneLine(cause.message).slice(0, CAUSE_LIMIT);
    const gist = text.replace(/[.\s]+$/, "");
    if (gist !== "" && said.some((other) => other.includes(gist))) continue;
    said.push(text);
    told.push(text === "" || text.includes(cause.code) ? text || cause.code : `${cause.code}: ${text}`);
  }
  return told;
}

function blocksOf({ plugin, blocks, critical_down: critical }: PluginFailure): string | undefined {
  if (blocks.length === 0) return undefined;
  const names = blocks.map((name) => (critical.includes(name) && name !== plugin ? `${name} (critical)` : name));
  return someOf(names.slice(0, NAMES_SHOWN), names.length);
}

function closesOf({ plugin, phase, security_down: closed }: PluginFailure): string | undefined {
  if (closed.length === 0) return undefined;
  const names =
    closed.length === 1 ? `${closed[0]} runs` : `${someOf(closed.slice(0, NAMES_SHOWN), closed.length)} run`;
  const effect = `requests outside /api/v1/admin are answered 503 until ${names}`;
  if (phase !== "import" || !closed.includes(plugin)) return effect;
  return `${effect}: what could not be loaded counts as a security plugin, unless its entry sets the priority of another band`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
