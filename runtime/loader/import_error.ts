import { relative } from "node:path";
import { BackplaneError, messageOf } from "../errors.ts";
import { pathOf, placeOf, type SourcePosition, stackForms, syntaxPosition } from "../host.ts";
import { refusedTypeScript, typescriptError } from "./typescript.ts";

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
        remedy: syntaxRemedy(thrown, position),
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

/** Node, of an ES module whose nearest package.json says that it is none. */
const NOT_A_MODULE = /^Cannot use import statement outside a module|^Unexpected token 'export'/;

function syntaxRemedy(thrown: unknown, position: SourcePosition | undefined): string {
  if (NOT_A_MODULE.test(messageOf(thrown))) {
    return 'Plugins are ES modules: put "type": "module" into the nearest package.json (npm pkg set type=module).';
  }
  return position === undefined
    ? "Correct the syntax and start again; node --check <file> shows the place."
    : "Correct the syntax and start again.";
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

/** The first place in the module itself that the stack shows. */
function framePosition(thrown: unknown, url: string): SourcePosition | undefined {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return undefined;
  for (const form of stackForms(url)) {
    const from = thrown.stack.indexOf(`${form}:`);
    const at = from < 0 ? null : /^:(\d+):(\d+)/.exec(thrown.stack.slice(from + form.length));
    if (at !== null) return placeOf(url, at[1]!, at[2]);
  }
  return undefined;
}

function showPosition({ file, line, column }: SourcePosition, folder: string): string {
  return [relative(folder, file), line, column].filter((part) => part !== undefined).join(":");
}

/** The gist, on one line: the first line of esbuild and of Bun only counts the errors. */
function firstLine(thrown: unknown): string {
  const lines = messageOf(firstOf(thrown)).split("\n");
  const esbuild = lines.find((line) => line.includes(": ERROR: "));
  const line = esbuild?.slice(esbuild.indexOf(": ERROR: ") + ": ERROR: ".length) ?? lines[0]!;
  return line.replace(/\.$/, "");
}

/** Bun collects what does not parse in an AggregateError; a module may throw one of its own, of anything. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof AggregateError && syntaxPosition(thrown) !== undefined
    ? (thrown.errors as unknown[])[0]
    : thrown;
}
