import { serviceKey, type ServiceKey } from "../../mod.ts";

/** What a column holds. An integer is a number up to 2^53 - 1 in size, beyond that a bigint; a blob is a Uint8Array. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/**
 * What a parameter takes. A number without a fraction is stored as INTEGER, true and false as 1 and 0; lone surrogates
 * in a string become U+FFFD.
 */
export type SqlParameter = SqlValue | boolean;

/** By position for `?`, by name (without its `:`) for `:name`. */
export type SqlParameters = readonly SqlParameter[] | Readonly<Record<string, SqlParameter>>;

/** Column name to value. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlStatement {
  /** One statement; what follows its `;` is not run. */
  readonly sql: string;
  readonly args?: SqlParameters;
}

export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: readonly SqlRow[];
  /** Rows that INSERT, UPDATE or DELETE touched. */
  readonly rowsAffected: number;
}

/** What runs statements: the database, or a transaction on it. */
export interface SqlRunner {
  /**
   * Runs one statement; it is on the disk when this settles, unless a transaction is open around it. The event loop
   * stands still while it runs. Text that may not be valid UTF-8 aborts the whole process when read: read what
   * others wrote as `CAST(column AS BLOB)`.
   * @throws DATABASE_STATEMENT_FAILED when SQLite refuses it: `details.sqlite_code` says why
   * @throws DATABASE_DAMAGED when the file turns out to be broken
   * @throws DATABASE_CLOSED after the plugin, or the transaction, has ended
   */
  execute(sql: string, args?: SqlParameters): Promise<SqlResult>;
}

/** One step of a schema's history. Once released, neither its name nor its statements change. */
export interface MigrationStep {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The encrypted database of this system: SQLite, one connection. Calls queue and run one after the other. */
export interface Database extends SqlRunner {
  /** Runs all of them or none, in one write transaction. Errors as `execute`. */
  batch(statements: readonly SqlStatement[]): Promise<readonly SqlResult[]>;

  /**
   * Runs `work` inside one write transaction: committed when it resolves, rolled back when it throws. All other calls
   * wait meanwhile, so inside `work` use only the runner it is given: a call on the database itself would wait for
   * the very transaction it is part of.
   * @returns what `work` resolved to; rejects with what it threw
   * @throws DATABASE_TRANSACTION_TIMEOUT when `work` takes longer than `transaction_timeout_ms`; it is rolled back
   */
  transaction<T>(work: (transaction: SqlRunner) => T | Promise<T>): Promise<T>;

  /**
   * Brings the tables of one namespace up to date: runs the steps it has not run yet, each whole or not at all.
   * @param namespace lower-case words with `_`: the plugin's name
   * @param steps the whole history, oldest first
   * @returns the names of the steps that ran now
   * @throws DATABASE_MIGRATION_FAILED when a step fails, or the history differs from what ran before
   */
  migrate(namespace: string, steps: readonly MigrationStep[]): Promise<readonly string[]>;

  /** Gives at most so many free pages (of 4 KiB) back to the file system. Errors as `execute`. */
  shrink(pages: number): Promise<void>;
}

export const database: ServiceKey<Database> = serviceKey<Database>("database", "1.0.0");
