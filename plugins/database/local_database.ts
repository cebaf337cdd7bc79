import type { Client } from "@libsql/client";
import { BackplaneError, type Clock } from "../../mod.ts";
import { closeConnection } from "./connection.ts";
import type { Database, MigrationStep, SqlParameters, SqlResult, SqlRunner, SqlStatement } from "./contract.ts";
import { migrate } from "./migration.ts";
import { databaseClosed, refuseTransactionControl, sqliteCodeOf, statementError } from "./statement_error.ts";
import { OpenTransaction } from "./transaction.ts";
import { Turn } from "./turn.ts";
import { fromDriver, toDriver } from "./values.ts";

/** SQLite codes that speak of the disk, not of the statement. */
const DISK_CODES: readonly unknown[] = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"];

export interface LocalDatabaseOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly transactionTimeoutMs: number;
}

/** The last thing that went wrong in the file or the disk under it, as health shows it. */
export interface DatabaseFault {
  readonly error: BackplaneError;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** One SQLite connection behind a queue: whoever comes later waits, for a whole transaction too. */
export class LocalDatabase implements Database {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #transactionTimeoutMs: number;
  readonly #turn = new Turn();
  #transaction: OpenTransaction | undefined;
  #closing: Promise<void> | undefined;
  #fault: DatabaseFault | undefined;

  constructor(options: LocalDatabaseOptions) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#transactionTimeoutMs = options.transactionTimeoutMs;
  }

  /** Undefined again once a write went well; damage stays. */
  get fault(): DatabaseFault | undefined {
    return this.#fault;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#turn.waiting;
  }

  execute(sql: string, args: SqlParameters = []): Promise<SqlResult> {
    return this.#next(async () => {
      const result = await this.#translated(sql, async () => {
        refuseTransactionControl(sql);
        return fromDriver(await this.#client.execute({ sql, args: toDriver(args) }));
      });
      if (result.rowsAffected > 0) this.#wrote();
      return result;
    });
  }

  batch(statements: readonly SqlStatement[]): Promise<readonly SqlResult[]> {
    return this.#next(async () => {
      const sql = statements.map((statement) => statement.sql).join("; ");
      const results = await this.#translated(sql, async () => {
        for (const statement of statements) refuseTransactionControl(statement.sql);
        const prepared = statements.map(({ sql: text, args }) => ({ sql: text, args: toDriver(args ?? []) }));
        return this.#client.batch(prepared, "write");
      });
      this.#wrote();
      return results.map(fromDriver);
    });
  }

  transaction<T>(work: (transaction: SqlRunner) => T | Promise<T>): Promise<T> {
    return this.#next(async () => {
      const begun = await this.#translated("BEGIN IMMEDIATE", () => this.#client.transaction("write"));
      const transaction = new OpenTransaction(begun, (sql, run) => this.#translated(sql, run));
      this.#transaction = transaction;
      const deadline = this.#expireLater(transaction);
      try {
        const result = await transaction.run(work);
        this.#wrote();
        return result;
      } finally {
        deadline[Symbol.dispose]();
        this.#transaction = undefined;
      }
    });
  }

  migrate(namespace: string, steps: readonly MigrationStep[]): Promise<readonly string[]> {
    return migrate(this, namespace, steps, this.#clock.now());
  }

  shrink(pages: number): Promise<void> {
    const sql = `PRAGMA incremental_vacuum(${Math.max(1, Math.trunc(pages))})`;
    // Not by execute(): that takes one step of it and leaves the statement in progress, so that no commit succeeds.
    return this.#next(() => this.#translated(sql, () => this.#client.executeMultiple(sql)));
  }

  /**
   * Rolls back an open transaction, refuses what waits, checkpoints and closes. Calling twice is safe.
   * @throws DATABASE_STATEMENT_FAILED when the checkpoint fails; nothing that was committed is lost by that
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#transaction?.end(databaseClosed("the database is closing"));
    await this.#turn.take(() => this.#translated("closing", () => closeConnection(this.#client)));
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    return this.#turn.take(() => {
      if (this.#closing !== undefined) throw databaseClosed("the database is closed");
      return work();
    });
  }

  async #translated<T>(sql: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      const error = statementError(thrown, sql);
      const ofTheDisk = DISK_CODES.includes(sqliteCodeOf(thrown));
      if (ofTheDisk || error.code === "DATABASE_DAMAGED") this.#fault = { error, time: this.#clock.now() };
      throw error;
    }
  }

  #expireLater(transaction: OpenTransaction): Disposable {
    const ms = this.#transactionTimeoutMs;
    return this.#clock.setTimeout(() => transaction.end(timedOut(ms, this.#turn.waiting)), ms, { keepAlive: true });
  }

  #wrote(): void {
    if (this.#fault?.error.code !== "DATABASE_DAMAGED") this.#fault = undefined;
  }
}

function timedOut(ms: number, waiting: number): BackplaneError {
  return new BackplaneError(
    "DATABASE_TRANSACTION_TIMEOUT",
    `Cannot commit the transaction: it was open for ${ms} ms; ${waiting} other calls wait.`,
    {
      remedy:
        "Inside a transaction use only the runner it is given, never the database itself, and wait for nothing slow; " +
        "or raise transaction_timeout_ms.",
      details: { timeout_ms: ms, waiting },
    },
  );
}
