import { resolve } from "node:path";
import type { FileText } from "./interpolate.ts";
import { decodeUtf8, readBounded } from "./text.ts";

/** A secret is a line or a key, not a data file. */
const FILE_LIMIT = 64 * 1024;

/** Reads the files a manifest refers to: relative to its folder or absolute, one final newline dropped. */
export async function readReferredFiles(
  paths: ReadonlySet<string>,
  baseDir: string,
): Promise<ReadonlyMap<string, FileText>> {
  const read = async (path: string): Promise<[string, FileText]> => [path, await readOne(resolve(baseDir, path))];
  return new Map(await Promise.all([...paths].map(read)));
}

async function readOne(path: string): Promise<FileText> {
  const read = await readBounded(path, FILE_LIMIT);
  if (read.kind !== "read") return { problem: read.problem };
  const { text, badAt } = decodeUtf8(read.bytes);
  return badAt === undefined ? { text: text.replace(/\r?\n$/u, "") } : { problem: "is not valid UTF-8" };
}
