import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, open, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BackplaneError, reasonOf } from "./errors.ts";
import { errnoOf, quoteForShell } from "./file_error.ts";

const KEY_BYTES = 32;
const TEXT_BYTES = KEY_BYTES * 2 + 1;
const KEY_TEXT = /^[0-9a-fA-F]{64}\n?$/;
/** A symbolic link is refused, and a FIFO in the file's place cannot hold up the start. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a key of 32 bytes, written as 64 hexadecimal digits and an optional newline.
 * @returns the key, or undefined when there is no such file
 * @throws RUNTIME_KEY_EXPOSED when group or others have any access
 * @throws RUNTIME_KEY_INVALID when it is not a regular file, cannot be read or does not hold a key
 */
export async function loadKeyFile(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, OPEN_FLAGS);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    const reason = errnoOf(error) === "ELOOP" ? "it is a symbolic link" : reasonOf(error);
    throw invalidKey(path, reason, "Put the key file itself there, readable by the user Backplane runs as.", error);
  }
  try {
    return await readKey(file, path);
  } finally {
    await file.close();
  }
}

/**
 * Makes a key of 32 random bytes and a file of mode 0600 that holds it. The file appears whole or not at all, and is
 * on the disk when this returns; one that is there already is never overwritten.
 * @returns the key
 * @throws RUNTIME_KEY_INVALID when there is such a file already
 * @throws RUNTIME_DATA_DIR when the folder cannot be written
 */
export async function createKeyFile(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.draft`);
  try {
    await writeDraft(draft, `${key.toString("hex")}\n`);
    // Unlike rename(), link() fails when the name is taken.
    await link(draft, path);
  } catch (error) {
    throw creationError(path, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  await syncFolder(dirname(path));
  return new Uint8Array(key);
}

async function readKey(file: FileHandle, path: string): Promise<Uint8Array> {
  const status = await file.stat();
  if (!status.isFile()) throw invalidKey(path, "it is not a regular file", "Move it away.");
  if ((status.mode & 0o077) !== 0) throw exposedKey(path, status.mode);
  // One byte more than a key has, to see that nothing follows it.
  const buffer = Buffer.alloc(TEXT_BYTES + 1);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  const text = buffer.toString("latin1", 0, bytesRead);
  if (!KEY_TEXT.test(text)) {
    const reason = bytesRead === 0 ? "it is empty" : "it does not hold exactly 64 hexadecimal digits";
    throw invalidKey(path, reason, "Restore it from a backup; a new key does not open what the old one encrypted.");
  }
  return new Uint8Array(Buffer.from(text.trimEnd(), "hex"));
}

async function writeDraft(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    // The umask may have taken bits away.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name last: without it a power cut may lose the entry of a file whose content is safe. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function invalidKey(path: string, reason: string, remedy: string, cause?: unknown): BackplaneError {
  return new BackplaneError("RUNTIME_KEY_INVALID", `Cannot use key file ${path}: ${reason}.`, {
    remedy,
    details: { path },
    cause,
  });
}

function exposedKey(path: string, mode: number): BackplaneError {
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  return new BackplaneError(
    "RUNTIME_KEY_EXPOSED",
    `Cannot use key file ${path}: its mode is ${octal}, others than its owner have access.`,
    {
      remedy: `Run: chmod 600 ${quoteForShell(path)}. Renew the key if somebody may have read it.`,
      details: { path, mode: octal },
    },
  );
}

function creationError(path: string, error: unknown): BackplaneError {
  if (errnoOf(error) === "EEXIST") {
    return invalidKey(path, "there is such a file already, it is never overwritten", "Use the one there is.", error);
  }
  return new BackplaneError("RUNTIME_DATA_DIR", `Cannot create key file ${path}: ${reasonOf(error)}.`, {
    remedy: `Make ${dirname(path)} a folder that the user Backplane runs as can write, with free space.`,
    details: { path },
    cause: error,
  });
}
