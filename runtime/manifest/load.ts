import { basename } from "node:path";
import { BackplaneError, type Fault } from "../errors.ts";
import { composeTree } from "./compose_tree.ts";
import { limits } from "./limits.ts";
import { scan, textFault } from "./scan.ts";
import { SourceFile } from "./source_file.ts";
import { type BoundedRead, decodeUtf8, readBounded } from "./text.ts";
import type { Tree } from "./tree.ts";

export interface LoadedDocument {
  /** Undefined when the text has faults that leave nothing to work on. */
  readonly tree: Tree | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Reads one file of a manifest; undefined when there is none.
 * @throws MANIFEST_UNREADABLE when it is no regular file or may not be read
 */
export async function loadFile(path: string): Promise<LoadedDocument | undefined> {
  const read = await readBounded(path, limits.bytes);
  if (read.kind !== "read") return notRead(path, read);
  const { text, badAt } = decodeUtf8(read.bytes);
  const source = new SourceFile(basename(path), text);
  return badAt === undefined ? loadSource(source) : notUtf8(source, badAt);
}

/** The document of a text handed in by code. */
export function loadText(text: string): LoadedDocument {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length > limits.bytes) return tooLarge("<text>");
  const source = new SourceFile("<text>", text.replace(/^\uFEFF/u, ""));
  return text.isWellFormed() ? loadSource(source) : notUtf8(source, source.text.search(/\p{Surrogate}/u));
}

function notRead(path: string, { kind, problem }: Exclude<BoundedRead, { kind: "read" }>): LoadedDocument | undefined {
  if (kind === "missing") return undefined;
  if (kind === "too_large") return tooLarge(basename(path));
  const remedy = "Name a YAML file that the user Backplane runs as can read.";
  throw new BackplaneError("MANIFEST_UNREADABLE", `Cannot read the manifest: ${path} ${problem}.`, { remedy });
}

function loadSource(source: SourceFile): LoadedDocument {
  const scanned = scan(source);
  if (!scanned.composable) return { tree: undefined, faults: scanned.faults };
  const { tree, faults } = composeTree(source, scanned.tokens);
  return { tree, faults: [...scanned.faults, ...faults] };
}

function notUtf8(source: SourceFile, offset: number): LoadedDocument {
  const remedy = "Save the file as UTF-8.";
  return {
    tree: undefined,
    faults: [textFault(source, offset, "MANIFEST_NOT_UTF8", "the text is not valid UTF-8", remedy)],
  };
}

function tooLarge(name: string): LoadedDocument {
  const message = `${name} is larger than ${limits.bytes} bytes.`;
  const remedy = "Keep bulk data in a file of the plugin's own.";
  return { tree: undefined, faults: [{ code: "MANIFEST_TOO_LARGE", path: [], message, remedy }] };
}
