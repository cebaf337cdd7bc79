import { BackplaneError, type ErrorCode, type Fault, type Position, reasonOf } from "../errors.ts";
import { hideSecrets, orderSecrets } from "../log/secrets.ts";
import type { ManifestSource } from "./manifest.ts";

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/u;
const SHOWN_LIMIT = 80;

/** Where a plugin's entry, or a part of it, stands. */
export function pluginPath(plugin: string, ...rest: Fault["path"]): Fault["path"] {
  return ["core", "api_gateway", "plugins", plugin, ...rest];
}

/**
 * A fault at `path`; its position is that of the path, or of the nearest ancestor that is written.
 * @param message with or without its full stop: a plugin's schema has its own way
 */
export function makeFault(
  source: ManifestSource,
  code: ErrorCode,
  path: Fault["path"],
  message: string,
  remedy: string,
): Fault {
  const fault = { code, path, message: `${reasonOf(message)}.`, remedy, position: source.locate(path) };
  return scrubFault(fault, source.secrets);
}

/** One error for many faults, sorted by place; `summary` is "Cannot do X", the message adds how many there are. */
export function faultsError(code: ErrorCode, summary: string, faults: readonly Fault[]): BackplaneError {
  const sorted = sortFaults(faults);
  const [first] = sorted;
  const count = sorted.length === 1 ? "1 fault" : `${sorted.length} faults`;
  const remedy = sorted.length === 1 && first ? first.remedy : "Mend each fault listed, then run `backplane check`.";
  return new BackplaneError(code, `${summary}: ${count}.`, { remedy, faults: sorted });
}

/**
 * A fault as text without colour: `file:line:column path: message`, the line with a caret under the column, and
 * the remedy.
 */
export function formatFault(fault: Fault): string {
  const { position } = fault;
  const place = position ? `${position.file}:${position.line}:${position.column}` : "";
  const head = [place, formatPath(fault.path)].filter((part) => part !== "").join(" ");
  const lines = [printable(head === "" ? fault.message : `${head}: ${fault.message}`)];
  if (position) lines.push(...excerpt(position));
  lines.push(`  ${printable(fault.remedy)}`);
  return lines.join("\n");
}

/** `core.api_gateway.allowed_hosts[0]`; keys that are no plain words are quoted. */
export function formatPath(path: Fault["path"]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!PLAIN_KEY.test(part)) return `${text}[${quote(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** A text as it may stand in a message: quoted, control characters escaped, cut when long. */
export function quote(text: string): string {
  return printable(JSON.stringify(text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}...` : text));
}

/** The text with every secret in it replaced. */
export function scrub(text: string, secrets: readonly string[]): string {
  return hideSecrets(text, orderSecrets(secrets));
}

/** The fault with every secret taken out of what it says and shows. */
export function scrubFault(fault: Fault, secrets: readonly string[]): Fault {
  const { position } = fault;
  return {
    ...fault,
    message: scrub(fault.message, secrets),
    remedy: scrub(fault.remedy, secrets),
    position: position && { ...position, text: scrub(position.text, secrets) },
  };
}

/** By file, line, column, then path; each fault once. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  const unique = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...unique.values()].toSorted(
    (a, b) =>
      compare(a.position?.file ?? "", b.position?.file ?? "") ||
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0) ||
      compare(formatPath(a.path), formatPath(b.path)) ||
      compare(a.message, b.message),
  );
}

function excerpt(position: Position): string[] {
  const number = String(position.line);
  const lines = [`  ${number} | ${printable(position.text)}`];
  const before = position.text.slice(0, position.column - 1);
  if (position.column <= position.text.length + 1) {
    lines.push(`  ${" ".repeat(number.length)} | ${before.replaceAll(/[^\t]/gu, " ")}^`);
  }
  return lines;
}

/** A terminal must not obey what a file says: control characters are shown escaped. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\t]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
