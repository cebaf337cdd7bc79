import { open, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where everything of one database is. */
export interface DatabaseFiles {
  readonly database: string;
  readonly wal: string;
  readonly key: string;
  readonly keyCheck: string;
}

const PLAIN_HEADER = "SQLite format 3\0";

/** @param folder absolute path of the data folder @param file the database's name in it */
export function databaseFiles(folder: string, file: string): DatabaseFiles {
  const database = join(folder, file);
  return { database, wal: `${database}-wal`, key: join(folder, "database.key"), keyCheck: `${database}.keycheck` };
}

/** Bytes of a regular file, 0 when there is none. Never opens it: see openConnection. */
export async function sizeOf(path: string): Promise<number> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new Error(`${path} is not a regular file`);
    return status.size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Makes an empty file that only its owner may touch; SQLite gives the files beside it the same mode. */
export async function createPrivateFile(path: string): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.chmod(0o600);
  } finally {
    await file.close();
  }
}

/** Whether the file begins as an unencrypted SQLite database does. Only while no connection has it open. */
export async function isPlainDatabase(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(PLAIN_HEADER.length);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("latin1", 0, bytesRead) === PLAIN_HEADER;
  } finally {
    await file.close();
  }
}
