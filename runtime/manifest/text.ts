import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { errnoOf } from "../file_error.ts";

export type BoundedRead =
  | { readonly kind: "read"; readonly bytes: Buffer }
  | { readonly kind: "missing" | "too_large" | "unreadable"; readonly problem: string };

/** A pipe put in the file's place, or a file of the kernel's that waits for news, cannot hold up the start. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const CHUNK_BYTES = 65_536;

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
    // Looked at first: opening a device may have an effect.
    const kind = refuseKind(await stat(path));
    if (kind !== undefined) return kind;
    const file = await open(path, OPEN_FLAGS);
    try {
      return refuseKind(await file.stat()) ?? (await readUpTo(file, limit));
    } finally {
      await file.close();
    }
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (errno === "ENOENT" || errno === "ENOTDIR") return { kind: "missing", problem: "does not exist" };
    return { kind: "unreadable", problem: problems[errno] ?? `cannot be read (${errno || "unknown error"})` };
  }
}

function refuseKind(found: Stats): BoundedRead | undefined {
  if (found.isDirectory()) return { kind: "unreadable", problem: "is a folder" };
  return found.isFile() ? undefined : { kind: "unreadable", problem: "is not a regular file" };
}

/** Trusts no size: files such as those under /proc are longer than they say, some endless. */
async function readUpTo(file: FileHandle, limit: number): Promise<BoundedRead> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return { kind: "read", bytes: Buffer.concat(chunks) };
    size += bytesRead;
    if (size > limit) return { kind: "too_large", problem: `is larger than ${limit} bytes` };
    chunks.push(buffer.subarray(0, bytesRead));
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
