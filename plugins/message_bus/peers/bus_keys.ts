import { join } from "node:path";
import { createKeyFile, loadKeyFile } from "../../../mod.ts";
import type { CurveIdentity } from "../engine.ts";
import { publicKeyOf } from "../zmtp/curve/keys.ts";

/** The secret keys of an install: files of mode 0600 in its data_dir. */
export interface BusKeys {
  /** The broker's. */
  readonly broker: Uint8Array;
  /** The command line's own, by which it is the peer `cli`. */
  readonly cli: Uint8Array;
  /** The broker's did not exist before. */
  readonly isNew: boolean;
}

const BROKER_FILE = "bus.key";
const CLI_FILE = "bus_cli.key";

/**
 * Reads the keys, or makes them at the first start.
 * @param dataDir absolute path of the data folder, existing
 * @throws RUNTIME_KEY_EXPOSED, RUNTIME_KEY_INVALID, RUNTIME_DATA_DIR
 */
export async function ensureBusKeys(dataDir: string): Promise<BusKeys> {
  const { key: broker, isNew } = await ensure(join(dataDir, BROKER_FILE));
  const { key: cli } = await ensure(join(dataDir, CLI_FILE));
  return { broker, cli, isNew };
}

/**
 * How the command line of an install is known to its broker.
 * @returns undefined when there are no keys yet
 * @throws RUNTIME_KEY_EXPOSED, RUNTIME_KEY_INVALID
 */
export async function cliIdentity(dataDir: string): Promise<CurveIdentity | undefined> {
  const broker = await loadKeyFile(join(dataDir, BROKER_FILE));
  const secretKey = await loadKeyFile(join(dataDir, CLI_FILE));
  if (broker === undefined || secretKey === undefined) return undefined;
  return { secretKey, serverKey: publicKeyOf(broker) };
}

async function ensure(path: string): Promise<{ readonly key: Uint8Array; readonly isNew: boolean }> {
  const key = await loadKeyFile(path);
  if (key !== undefined) return { key, isNew: false };
  try {
    return { key: await createKeyFile(path), isNew: true };
  } catch (error) {
    // Another process may have made it a moment ago.
    const theirs = await loadKeyFile(path);
    if (theirs === undefined) throw error;
    return { key: theirs, isNew: true };
  }
}
