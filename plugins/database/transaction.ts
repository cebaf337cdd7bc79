import type { Transaction } from "@libsql/client";
import type { BackplaneError } from "../../mod.ts";
import type { SqlParameters, SqlResult, SqlRunner } from "./contract.ts";
import { databaseClosed, refuseTransactionControl } from "./statement_error.ts";
import { fromDriver, toDriver } from "./values.ts";

type Translate = <T>(sql: string, run: () => Promise<T>) => Promise<T>;

/** A transaction that has begun; can be ended from outside while its work still runs. */
export class OpenTransaction implements SqlRunner {
  readonly #transaction: Transaction;
  readonly #translated: Translate;
  #ended: BackplaneError | undefined;
  #interrupt: (error: BackplaneError) => void = () => {};

  constructor(transaction: Transaction, translated: Translate) {
    this.#transaction = transaction;
    this.#translated = translated;
  }

  async execute(sql: string, args: SqlParameters = []): Promise<SqlResult> {
    if (this.#ended !== undefined) throw this.#ended;
    return this.#translated(sql, async () => {
      refuseTransactionControl(sql);
      return fromDriver(await this.#transaction.execute({ sql, args: toDriver(args) }));
    });
  }

  /** Commits what `work` did; rolls back when it throws or `end` comes first. Work that never settles is left behind. */
  async run<T>(work: (transaction: SqlRunner) => T | Promise<T>): Promise<T> {
    const interruption = new Promise<never>((_, reject) => {
      this.#interrupt = reject;
    });
    try {
      const result = await Promise.race([interruption, this.#start(work)]);
      if (this.#ended !== undefined) throw this.#ended;
      await this.#translated("COMMIT", () => this.#transaction.commit());
      return result;
    } finally {
      this.end(databaseClosed("the transaction has ended"));
    }
  }

  /** Rolls back, unless committed; whoever still uses the transaction gets `error`. */
  end(error: BackplaneError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#transaction.close();
    this.#interrupt(error);
  }

  async #start<T>(work: (transaction: SqlRunner) => T | Promise<T>): Promise<T> {
    return work(this);
  }
}
