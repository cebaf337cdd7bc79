import type { Client } from "@libsql/client";
import { chmod } from "node:fs/promises";
import { BackplaneError, createKeyFile, loadKeyFile, type ErrorCode } from "../../mod.ts";
import { openConnection } from "./connection.ts";
import { createPrivateFile, isPlainDatabase, sizeOf, type DatabaseFiles } from "./database_files.ts";
import { checkKey, writeKeyCheck, type KeyCheck } from "./key_check.ts";
import { diskRemedy, reasonOf, sqliteCodeOf } from "./statement_error.ts";

/** SQLite's default. An encrypted header does not say it, and Backplane never sets another. */
const PAGE_BYTES = 4096;

/**
 * Opens the database, or makes it with its key at the first start. What cannot be opened is left as it is, to the
 * byte. Key, key check, database are made in this order, each whole or not at all: wherever the first start is cut
 * off, the next one goes on.
 * @throws DATABASE_KEY_MISSING, DATABASE_WRONG_KEY, DATABASE_NOT_ENCRYPTED, DATABASE_DAMAGED, DATABASE_LOCKED
 * @throws DATABASE_OPEN_FAILED for everything else, such as a folder in the file's place
 * @throws RUNTIME_KEY_EXPOSED, RUNTIME_KEY_INVALID for the key file
 */
export async function openDatabase(files: DatabaseFiles, busyTimeoutMs: number): Promise<Client> {
  try {
    const exists = (await sizeOf(files.database)) > 0 || (await sizeOf(files.wal)) > 0;
    const key = exists ? await existingKey(files) : await keyForNew(files);
    const check = await checkKey(files.keyCheck, key);
    if (exists) await refuseDoubtful(files, check);
    else if (check !== "match") await writeKeyCheck(files.keyCheck, key);
    const client = await connect(files, { key, check, busyTimeoutMs, exists });
    if (exists && check === "absent") await writeKeyCheck(files.keyCheck, key);
    return client;
  } catch (error) {
    throw error instanceof BackplaneError ? error : openFailed(files, error);
  }
}

async function existingKey(files: DatabaseFiles): Promise<Uint8Array> {
  const key = await loadKeyFile(files.key);
  if (key !== undefined) return key;
  throw refusal("DATABASE_KEY_MISSING", files, `its key ${files.key} is missing`, {
    remedy: "Restore the key file from a backup (mode 0600). To begin with an empty database, move the old one away.",
  });
}

async function keyForNew(files: DatabaseFiles): Promise<Uint8Array> {
  const key = await loadKeyFile(files.key);
  if (key !== undefined) return key;
  try {
    return await createKeyFile(files.key);
  } catch (error) {
    // Another process may have made it a moment ago; the database's lock will tell which of the two goes on.
    const made = await loadKeyFile(files.key);
    if (made === undefined) throw error;
    return made;
  }
}

async function refuseDoubtful(files: DatabaseFiles, check: KeyCheck): Promise<void> {
  if (check === "mismatch") {
    throw refusal("DATABASE_WRONG_KEY", files, `${files.key} is not the key it was made with`, {
      remedy: `Restore the right key file. If this database came with it, delete ${files.keyCheck}.`,
    });
  }
  // While a WAL waits to be applied the file itself may end in the middle of a page.
  if ((await sizeOf(files.database)) % PAGE_BYTES !== 0 && (await sizeOf(files.wal)) === 0) {
    throw (await isPlainDatabase(files.database)) ? notEncrypted(files) : damaged(files, "its end is cut off");
  }
}

interface ConnectOptions {
  readonly key: Uint8Array;
  readonly check: KeyCheck;
  readonly busyTimeoutMs: number;
  readonly exists: boolean;
}

async function connect(files: DatabaseFiles, options: ConnectOptions): Promise<Client> {
  if (options.exists) await chmod(files.database, 0o600);
  else await createPrivateFile(files.database);
  try {
    return await openConnection({ path: files.database, key: options.key, busyTimeoutMs: options.busyTimeoutMs });
  } catch (error) {
    throw await connectError(files, options.check, error);
  }
}

async function connectError(files: DatabaseFiles, check: KeyCheck, error: unknown): Promise<BackplaneError> {
  switch (sqliteCodeOf(error)) {
    case "SQLITE_BUSY":
      return refusal("DATABASE_LOCKED", files, "it is open elsewhere", {
        remedy:
          "Stop the other Backplane that uses this data_dir, or give this one a data_dir of its own. " +
          "If opening was refused in this process a moment ago, restart it.",
        cause: error,
      });
    case "SQLITE_NOTADB":
      if (await isPlainDatabase(files.database)) return notEncrypted(files, error);
      return check === "match"
        ? damaged(files, "the key is right, but its first page is not what was written", error)
        : unknownKey(files, error);
    case "SQLITE_CORRUPT":
    case "SQLITE_ERROR":
      return damaged(files, "its pages contradict each other or are cut off", error);
    default:
      return openFailed(files, error);
  }
}

function unknownKey(files: DatabaseFiles, cause: unknown): BackplaneError {
  const reason = `${files.key} does not open it, or it is damaged; ${files.keyCheck}, which tells, is missing`;
  return refusal("DATABASE_WRONG_KEY", files, reason, {
    remedy: "Restore the key file that belongs to it; if it is the right one, restore the database from a backup.",
    cause,
  });
}

function notEncrypted(files: DatabaseFiles, cause?: unknown): BackplaneError {
  return refusal("DATABASE_NOT_ENCRYPTED", files, "it is a plain SQLite database", {
    remedy: "Move it away, or choose another file name in the database plugin's config.",
    cause,
  });
}

function damaged(files: DatabaseFiles, reason: string, cause?: unknown): BackplaneError {
  return refusal("DATABASE_DAMAGED", files, reason, {
    remedy: "Keep a copy of it, and restore the database from a backup together with its key.",
    cause,
  });
}

function openFailed(files: DatabaseFiles, cause: unknown): BackplaneError {
  return refusal("DATABASE_OPEN_FAILED", files, reasonOf(cause), {
    remedy:
      diskRemedy(cause) ??
      "Check that it is a regular file on a local disk, readable and writable for the user Backplane runs as.",
    cause,
  });
}

function refusal(
  code: ErrorCode,
  files: DatabaseFiles,
  reason: string,
  options: { readonly remedy: string; readonly cause?: unknown },
): BackplaneError {
  return new BackplaneError(code, `Cannot open the database ${files.database}: ${reason}.`, {
    ...options,
    details: { path: files.database },
  });
}
