// Not the whole client: what speaks to remote databases takes twice as long to import as the rest.
import { createClient, type Client, type ResultSet } from "@libsql/client/sqlite3";
import { pathToFileURL } from "node:url";

/** A WAL that one large transaction made grow is cut back to this at the next checkpoint. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

export interface ConnectionOptions {
  /** Absolute path of the database file, which exists, perhaps empty. */
  readonly path: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** How long opening waits for another process to let go. The event loop stands still meanwhile. */
  readonly busyTimeoutMs: number;
}

/**
 * The one connection, with the lock that keeps other processes out. Throws the driver's own errors.
 *
 * From now until it is closed nothing in this process may open the file through `node:fs`: closing any descriptor of
 * a file drops all POSIX locks that the process holds on it.
 */
export async function openConnection(options: ConnectionOptions): Promise<Client> {
  if (options.key.byteLength !== 32) throw new RangeError("a database key has 32 bytes");
  const client = createClient({
    url: pathToFileURL(options.path).href,
    encryptionKey: Buffer.from(options.key).toString("hex"),
    // A second connection could never get past the lock that the first one holds.
    concurrency: 1,
    timeout: options.busyTimeoutMs,
    intMode: "bigint",
  });
  try {
    await configure(client);
  } catch (error) {
    // Else the lock stays until the garbage collector comes; beside a WAL it does so all the same.
    await client.execute("PRAGMA locking_mode = NORMAL").catch(() => undefined);
    await client.execute("SELECT count(*) FROM sqlite_master").catch(() => undefined);
    client.close();
    throw error;
  }
  return client;
}

/** Checkpoints, lets go of the lock and closes. The database is then one file without companions. */
export async function closeConnection(client: Client): Promise<void> {
  try {
    // Not left to close(): statements wait for the garbage collector, and keep file and lock until then.
    await client.execute("PRAGMA journal_mode = DELETE");
    await client.execute("PRAGMA locking_mode = NORMAL");
    await client.execute("SELECT count(*) FROM sqlite_master");
  } finally {
    client.close();
  }
}

async function configure(client: Client): Promise<void> {
  // Before anything else touches the file: so that the WAL's index lives in this process, not in a shared file.
  await client.execute("PRAGMA locking_mode = EXCLUSIVE");
  // Has an effect in a new database only: what retention deletes can then be given back to the file system.
  await client.execute("PRAGMA auto_vacuum = INCREMENTAL");
  expectValue(await client.execute("PRAGMA journal_mode = WAL"), "wal");
  await client.execute("PRAGMA synchronous = FULL");
  await client.execute(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  const transaction = await client.transaction("write");
  transaction.close();
  await client.execute("SELECT count(*) FROM sqlite_master");
}

function expectValue(result: ResultSet, expected: string): void {
  if (result.rows[0]?.[0] !== expected) throw new Error(`SQLite does not accept journal_mode ${expected} here`);
}
