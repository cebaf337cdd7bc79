import { createHmac, timingSafeEqual } from "node:crypto";
import { constants } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing } from "./database_files.ts";

const PURPOSE = "backplane database key check 1";

/**
 * What the key-check file says about a key. SQLite answers "not a database" for a wrong key and for garbage alike;
 * this file beside the database tells them apart. It gives nothing away: it is an HMAC under the random key.
 */
export type KeyCheck = "match" | "mismatch" | "absent";

export async function checkKey(path: string, key: Uint8Array): Promise<KeyCheck> {
  let text: string;
  try {
    text = await readFile(path, "latin1");
  } catch (error) {
    if (isMissing(error)) return "absent";
    throw error;
  }
  const written = Buffer.from(text.trim(), "hex");
  // Half of a file says nothing about the key.
  if (written.length !== 32) return "absent";
  return timingSafeEqual(written, valueFor(key)) ? "match" : "mismatch";
}

/** Writes the file whole or not at all, mode 0600; on the disk when this returns. */
export async function writeKeyCheck(path: string, key: Uint8Array): Promise<void> {
  const draft = `${path}.draft`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(`${valueFor(key).toString("hex")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const folder = await open(dirname(path), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function valueFor(key: Uint8Array): Buffer {
  return createHmac("sha256", key).update(PURPOSE).digest();
}
