import { createHash, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { BackplaneError } from "../errors.ts";
import { createKeyFile, loadKeyFile } from "../key_file.ts";

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Where the token lies. Deleting the file and restarting renews it. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, "admin.token");
}

/**
 * Reads the admin token, or makes it at the first start: 32 random bytes as 64 hexadecimal digits, file mode 0600.
 * @param dataDir absolute path of the data folder, existing
 * @throws RUNTIME_KEY_EXPOSED when group or others have access to the file
 * @throws RUNTIME_KEY_INVALID when the file does not hold a token
 * @throws RUNTIME_DATA_DIR when the folder cannot be written
 */
export async function ensureAdminToken(dataDir: string): Promise<string> {
  const token = await readAdminToken(dataDir);
  if (token !== undefined) return token;
  try {
    return Buffer.from(await createKeyFile(adminTokenPath(dataDir))).toString("hex");
  } catch (error) {
    // Another process may have made it a moment ago.
    const theirs = await readAdminToken(dataDir);
    if (theirs === undefined) throw error;
    return theirs;
  }
}

/**
 * Reads the admin token that a running instance made.
 * @returns undefined when there is none yet
 * @throws as `ensureAdminToken()`
 */
export async function readAdminToken(dataDir: string): Promise<string | undefined> {
  const path = adminTokenPath(dataDir);
  try {
    const key = await loadKeyFile(path);
    return key && Buffer.from(key).toString("hex");
  } catch (error) {
    if (!(error instanceof BackplaneError) || error.code !== "RUNTIME_KEY_INVALID") throw error;
    throw new BackplaneError(error.code, error.message, {
      remedy: "Delete the file and restart: a new token is made.",
      details: error.details,
      cause: error,
    });
  }
}

/** Whether an Authorization header carries the token (RFC 6750). Takes the same time wherever the two differ. */
export function isAuthorized(authorization: string | undefined | null, token: string | undefined): boolean {
  const given = BEARER.exec(authorization ?? "")?.[1];
  if (given === undefined || token === undefined || token === "") return false;
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
