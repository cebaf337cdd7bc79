import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { BackplaneError, messageOf } from "../errors.ts";
import { refusedTypeScript, typescriptError } from "./typescript.ts";

interface SourcePosition {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/**
 * What a failed import comes to: a coded error with the position in the file, where the runtime offers one.
 * @param folder paths are shown relative to it
 */
export function importError(plugin: string, url: string, thrown: unknown, folder: string): BackplaneError {
  const typescript = refusedTypeScript(thrown);
  if (typescript !== undefined) return typescriptError(plugin, relative(folder, pathOf(typescript)), thrown);
  const syntax = syntaxPosition(thrown);
  const position = syntax ?? framePosition(thrown, url);
  const shown = position === undefined ? "" : ` at ${showPosition(position, folder)}`;
  const details = position === undefined ? {} : { ...position, file: relative(folder, position.file) };
  if (syntax !== undefined || thrown instanceof SyntaxError) {
    return new BackplaneError(
      "PLUGIN_SYNTAX",
      `Cannot load plugin "${plugin}": its code does not parse${shown}: ${firstLine(thrown)}.`,
      {
        remedy: "Correct the syntax and start again.",
        details,
        cause: thrown,
      },
    );
  }
  return new BackplaneError(
    "PLUGIN_IMPORT_FAILED",
    `Cannot load plugin "${plugin}": importing its module failed${shown}: ${firstLine(thrown)}.`,
    {
      remedy: importRemedy(thrown),
      details,
      cause: thrown,
    },
  );
}

/** A package that is not there, as Node and Bun, and Deno, tell it. */
const MISSING_PACKAGE = /^Cannot find package '([^']+)'|^Import "([^"]+)" not a dependency/;

function importRemedy(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  const missing = MISSING_PACKAGE.exec(messageOf(thrown));
  const name = missing?.[1] ?? missing?.[2];
  if (name !== undefined) return `Install it beside the plugin, or in a folder above: npm install ${name}.`;
  return code === "ERR_MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED"
    ? "Install or correct what it imports."
    : "Look at the cause: code at the top level of the module threw.";
}

/** Where a module does not parse, in the four dialects of esbuild (tsx), Node, Bun and Deno; else undefined. */
export function syntaxPosition(thrown: unknown): SourcePosition | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { message, stack, position } = thrown as { message?: unknown; stack?: unknown; position?: unknown };
  const esbuild = /^(.+):(\d+):(\d+): ERROR:/m.exec(String(message));
  if (esbuild !== null) return place(esbuild[1]!, esbuild[2]!, esbuild[3]);
  if (typeof position === "object" && position !== null && "file" in position) {
    const { file, line, column } = position as Record<string, unknown>;
    return place(String(file), String(line), String(column));
  }
  if (!(thrown instanceof SyntaxError) && !String(message).startsWith("The module's source code could not be parsed"))
    return undefined;
  const deno = / at (file:\/\/\S+?):(\d+):(\d+)/.exec(String(message));
  if (deno !== null) return place(deno[1]!, deno[2]!, deno[3]);
  const node = /^((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)$/.exec(String(stack).split("\n")[0]!);
  return node === null ? undefined : place(node[1]!, node[2]!, undefined);
}

/** The first place in the module itself that the stack shows. */
function framePosition(thrown: unknown, url: string): SourcePosition | undefined {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return undefined;
  for (const form of [url, fileURLToPath(url)]) {
    const from = thrown.stack.indexOf(`${form}:`);
    const at = from < 0 ? null : /^:(\d+):(\d+)/.exec(thrown.stack.slice(from + form.length));
    if (at !== null) return place(url, at[1]!, at[2]);
  }
  return undefined;
}

function place(file: string, line: string, column: string | undefined): SourcePosition {
  return { file: pathOf(file), line: Number(line), column: column === undefined ? undefined : Number(column) };
}

function pathOf(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file.replace(/\?.*$/, "")) : file;
}

function showPosition({ file, line, column }: SourcePosition, folder: string): string {
  return [relative(folder, file), line, column].filter((part) => part !== undefined).join(":");
}

/** The gist, on one line: esbuild's own first line only counts the errors. */
function firstLine(thrown: unknown): string {
  const lines = messageOf(thrown).split("\n");
  const esbuild = lines.find((line) => line.includes(": ERROR: "));
  const line = esbuild?.slice(esbuild.indexOf(": ERROR: ") + ": ERROR: ".length) ?? lines[0]!;
  return line.replace(/\.$/, "");
}
