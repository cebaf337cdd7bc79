import * as v from "valibot";
import {
  config,
  InfrastructurePlugin,
  perConsumer,
  type HealthCheck,
  type PluginMetadata,
  type ServiceConsumer,
} from "../../mod.ts";
import { integer } from "../../schemas/building_blocks.ts";
import { database, type Database } from "./contract.ts";
import { databaseFiles, sizeOf, type DatabaseFiles } from "./database_files.ts";
import { LocalDatabase } from "./local_database.ts";
import { openDatabase } from "./open_database.ts";

interface DatabaseConfig {
  file: string;
  busy_timeout_ms: number;
  transaction_timeout_ms: number;
}

const configSchema: v.GenericSchema<unknown, DatabaseConfig> = v.strictObject({
  file: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/,
        "must be a file name inside data_dir: letters, digits, _, - and .",
      ),
      v.check(
        (name) => !/(^database\.key|\.keycheck|-wal|-shm|-journal|\.draft)$/.test(name),
        "is kept for another file",
      ),
    ),
    "backplane.db",
  ),
  busy_timeout_ms: v.optional(integer(0, 30_000), 1_000),
  transaction_timeout_ms: v.optional(integer(100, 600_000), 10_000),
});

/** An encrypted SQLite file in data_dir, as a service. */
export default class DatabasePlugin extends InfrastructurePlugin<DatabaseConfig> {
  static override readonly metadata: PluginMetadata<DatabaseConfig> = {
    name: "Database",
    version: "1.0.0",
    description: "Keeps an encrypted libSQL database in data_dir",
    requires: [config],
    provides: [database],
    config: configSchema,
  };
  #files!: DatabaseFiles;
  #database!: LocalDatabase;

  override async start(): Promise<void> {
    const { file, busy_timeout_ms, transaction_timeout_ms } = this.config;
    this.#files = databaseFiles(this.requireService(config).dataDir, file);
    const client = await openDatabase(this.#files, busy_timeout_ms);
    this.#database = new LocalDatabase({ client, clock: this.clock, transactionTimeoutMs: transaction_timeout_ms });
    this.own(() => this.#database.close());
    this.provideService<Database>(
      database,
      perConsumer((consumer) => forConsumer(this.#database, consumer)),
    );
  }

  override async healthCheck(): Promise<HealthCheck> {
    const { fault } = this.#database;
    const detail = {
      file: this.#files.database,
      size_bytes: await sizeOf(this.#files.database),
      wal_size_bytes: await sizeOf(this.#files.wal),
      waiting: this.#database.waiting,
      last_error: fault?.error.message ?? null,
      last_error_at: fault === undefined ? null : new Date(fault.time).toISOString(),
    };
    if (fault === undefined) return { status: "healthy", detail };
    return { status: fault.error.code === "DATABASE_DAMAGED" ? "unhealthy" : "degraded", detail };
  }
}

/** The database as one plugin sees it: what it does inside a transaction is blamed on it. */
function forConsumer(local: LocalDatabase, consumer: ServiceConsumer): Database {
  return {
    execute: (sql, args) => local.execute(sql, args),
    batch: (statements) => local.batch(statements),
    transaction: (work) => local.transaction(consumer.bind(work)),
    migrate: (namespace, steps) => local.migrate(namespace, steps),
    shrink: (pages) => local.shrink(pages),
  };
}
