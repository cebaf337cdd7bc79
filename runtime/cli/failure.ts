import { BackplaneError, type ExitCode, type Fault, messageOf } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import { formatFault, pluginPath } from "../manifest/faults.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { PluginFailure } from "../plugin_failure.ts";
import { failuresIn, formatFailures } from "./failure_screen.ts";
import type { Output } from "./output.ts";
import { type Paint, printable } from "./terminal.ts";

/** A fault as the command line's JSON shows it. */
export interface FaultDocument {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
  readonly position: Fault["position"] | null;
}

/** What is thrown, as an error with a code: INTERNAL for anything that is not ours. */
export function toCoded(thrown: unknown): BackplaneError {
  if (thrown instanceof BackplaneError) return thrown;
  return new BackplaneError("INTERNAL", `Cannot go on: ${sentence(messageOf(thrown))}`, {
    remedy: "This is a fault of Backplane itself: please report it, with the lines above and the command.",
    cause: thrown,
  });
}

/** Shows on standard error why a command failed. @returns what to exit with */
export function reportFailure(thrown: unknown, output: Output, asJson: boolean, manifest?: Manifest): ExitCode {
  const error = toCoded(thrown);
  const failures = failuresIn(error);
  if (asJson)
    output.error(printableJson({ error: { ...describeError(error), ...(failures.length > 0 && { failures }) } }));
  else if (failures.length > 0) output.error(formatFailedStart(error, failures, output, manifest));
  else output.error(formatError(error, output.paintError));
  return error.exitCode;
}

/** Where a plugin's entry stands: `core.yaml:12:9  module: ./greeter.ts`. */
export function entryOf(plugin: string, manifest: Manifest | undefined): string | undefined {
  const position = manifest?.source.locate(pluginPath(plugin, "module"));
  return position && `${position.file}:${position.line}:${position.column}  ${position.text.trim()}`;
}

/** The failures say what the error's own message would say again. */
function formatFailedStart(
  { code, details }: BackplaneError,
  failures: readonly PluginFailure[],
  { paintError: paint, errorWidth: width }: Output,
  manifest: Manifest | undefined,
): string {
  const head = `Cannot start: critical plugin "${String(details["plugin"])}" does not run.`;
  const screen = formatFailures(failures, { paint, width, entryOf: (plugin) => entryOf(plugin, manifest) });
  return `${paint("red", `error ${code}:`)} ${head}\n\n${screen}`;
}

/** `error CODE: message`, every fault, the remedy; the stack of what is a fault of Backplane's own. */
export function formatError(error: BackplaneError, paint: Paint): string {
  const lines = [`${paint("red", `error ${codesOf(error)}:`)} ${printable(error.message)}`];
  if (error.faults.length > 0) return [...lines, "", ...error.faults.map(formatFault)].join("\n");
  if (error.code === "INTERNAL") lines.push(...stackOf(error.cause));
  return [...lines, `  ${printable(error.remedy)}`].join("\n");
}

/** An error as the command line's JSON shows it, with the coded errors that led to it. */
export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly faults: readonly FaultDocument[];
  readonly cause: ErrorDocument | null;
}

export function describeError({ code, message, remedy, faults, cause }: BackplaneError): ErrorDocument {
  const coded = cause instanceof BackplaneError ? describeError(cause) : null;
  return { code, message, remedy, faults: faults.map(describeFault), cause: coded };
}

export function describeFault(fault: Fault): FaultDocument {
  const { code, path, message, remedy, position } = fault;
  return { code, path, message, remedy, position: position ?? null };
}

/** The code, and in brackets that of the first coded cause: what to look up. */
function codesOf(error: BackplaneError): string {
  let first: BackplaneError = error;
  while (first.cause instanceof BackplaneError) first = first.cause;
  return first === error ? error.code : `${error.code} (${first.code})`;
}

function stackOf(thrown: unknown): string[] {
  try {
    if (!(thrown instanceof Error) || thrown.stack === undefined) return [];
    return printable(thrown.stack)
      .split("\n")
      .map((line) => `  ${line}`);
  } catch {
    return []; // A proxy's traps may throw.
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
