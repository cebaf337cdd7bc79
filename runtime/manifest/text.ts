import { readFile, stat } from "node:fs/promises";
import { errnoOf } from "../file_error.ts";

export type BoundedRead =
  | { readonly kind: "read"; readonly bytes: Buffer }
  | { readonly kind: "missing" | "too_large" | "unreadable"; readonly problem: string };

const problems: Readonly<Record<string, string>> = {
  EACCES: "may not be read by this user",
  EPERM: "may not be read by this user",
  EISDIR: "is a folder",
  ENAMETOOLONG: "has a name that is too long",
  ELOOP: "is a loop of links",
};

/** Reads a regular file of at most `limit` bytes. A pipe or device is refused: reading it might never end. */
export async function readBounded(path: string, limit: number): Promise<BoundedRead> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { kind: "unreadable", problem: "is a folder" };
    if (!found.isFile()) return { kind: "unreadable", problem: "is not a regular file" };
    const tooLarge = { kind: "too_large", problem: `is larger than ${limit} bytes` } as const;
    if (found.size > limit) return tooLarge;
    const bytes = await readFile(path);
    // The size of files such as those under /proc is only known once they are read.
    return bytes.length > limit ? tooLarge : { kind: "read", bytes };
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (errno === "ENOENT" || errno === "ENOTDIR") return { kind: "missing", problem: "does not exist" };
    return { kind: "unreadable", problem: problems[errno] ?? `cannot be read (${errno || "unknown error"})` };
  }
}

export interface DecodedText {
  /** Without a byte order mark. Where the bytes are no UTF-8 it holds U+FFFD in their place. */
  readonly text: string;
  /** Offset in `text` of the first byte that is no UTF-8; undefined when all are. */
  readonly badAt: number | undefined;
}

export function decodeUtf8(bytes: Buffer): DecodedText {
  const text = bytes.toString("utf8");
  const again = Buffer.from(text, "utf8");
  if (again.equals(bytes)) return { text: text.replace(/^\uFEFF/u, ""), badAt: undefined };
  const bad = again.findIndex((byte, index) => byte !== bytes[index]);
  return { text, badAt: again.subarray(0, bad).toString("utf8").length };
}
