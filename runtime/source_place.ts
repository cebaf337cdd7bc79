import { relative } from "node:path";
import { propertyOf } from "./errors.ts";
import { pathOf, stackForms } from "./host.ts";

/** A place in a plugin's source. */
export interface SourcePlace {
  /** Relative to the manifest's folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

const FRAME = /^\s*at /;
/** What follows the name of a file in a frame; a query is there when the module was loaded again. */
const POSITION = /^([^\s()?:]*)(?:\?[^\s():]*)?:(\d+):(\d+)/;
const CAUSES_FOLLOWED = 5;

/**
 * Where in a plugin's own source an error arose: the first frame there of the innermost cause that has one.
 * @param root the plugin's file, or its folder with a final `/`, as a URL
 * @param folder the file is told relative to it
 */
export function placeInPlugin(thrown: unknown, root: string, folder: string): SourcePlace | undefined {
  let found: SourcePlace | undefined;
  let error = thrown;
  for (let depth = 0; depth < CAUSES_FOLLOWED && error !== undefined; depth++) {
    found = firstFrame(propertyOf(error, "stack"), root, folder) ?? found;
    error = propertyOf(error, "cause");
  }
  return found;
}

/** `greeter.ts:5:11` */
export function formatPlace({ file, line, column }: SourcePlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

function firstFrame(stack: unknown, root: string, folder: string): SourcePlace | undefined {
  if (typeof stack !== "string") return undefined;
  const forms = stackForms(root);
  for (const line of stack.split("\n")) {
    // The first lines are the message, which may name any file.
    if (!FRAME.test(line)) continue;
    const place = forms.map((form) => placeIn(line, form, folder)).find((one) => one !== undefined);
    if (place !== undefined) return place;
  }
  return undefined;
}

function placeIn(frame: string, form: string, folder: string): SourcePlace | undefined {
  const from = frame.indexOf(form);
  const rest = from < 0 ? null : POSITION.exec(frame.slice(from + form.length));
  if (rest === null || (!form.endsWith("/") && rest[1] !== "")) return undefined;
  const file = form + rest[1]!;
  // What a plugin brought along from elsewhere is not its own.
  if (rest[1]!.includes("node_modules")) return undefined;
  return { file: relative(folder, pathOf(file)), line: Number(rest[2]), column: Number(rest[3]) };
}
