import { BackplaneError, type ErrorCode } from "../../mod.ts";

const SHOWN_SQL = 200;
const TRANSACTION_CONTROL = /^\s*(begin|commit|end|rollback|savepoint|release)\b/i;

interface Meaning {
  readonly code: ErrorCode;
  readonly remedy: string;
}

const meanings: Readonly<Record<string, Meaning>> = {
  SQLITE_CORRUPT: damage(),
  SQLITE_NOTADB: damage(),
  SQLITE_BUSY: {
    code: "DATABASE_LOCKED",
    remedy: "Stop the other process that uses this data_dir, or give this one its own.",
  },
  SQLITE_FULL: failure("Free space on the disk that holds data_dir."),
  SQLITE_IOERR: failure("Check the disk that holds data_dir, and the system's log."),
  SQLITE_READONLY: failure("Make data_dir and the files in it writable for the user Backplane runs as."),
  CLIENT_CLOSED: { code: "DATABASE_CLOSED", remedy: "Use the database only while its plugin runs." },
  TRANSACTION_CLOSED: failure("SQLite rolled the transaction back; see the error of the statement before."),
};

/** An error of the driver as a coded one. `sql` is shown shortened; parameters never are. */
export function statementError(error: unknown, sql: string): BackplaneError {
  if (error instanceof BackplaneError) return error;
  const sqliteCode = sqliteCodeOf(error);
  const { code, remedy } = meanings[sqliteCode] ?? failure("Correct the statement or its parameters.");
  return new BackplaneError(code, `Cannot run a database statement: ${reasonOf(error)}.`, {
    remedy,
    details: { sqlite_code: sqliteCode, sql: sql.slice(0, SHOWN_SQL) },
    cause: error,
  });
}

/** What to do about the disk, where an error of the driver comes from there; else undefined. */
export function diskRemedy(error: unknown): string | undefined {
  const code = sqliteCodeOf(error);
  return ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY"].includes(code) ? meanings[code]?.remedy : undefined;
}

/** `SQLITE_...` of an error of the driver without the extended part, or "" when it is none. */
export function sqliteCodeOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return "";
  return error.code.startsWith("SQLITE_") ? error.code.split("_", 2).join("_") : error.code;
}

/** @throws DATABASE_STATEMENT_FAILED for BEGIN and the like: the driver would undo it at once, without a word */
export function refuseTransactionControl(sql: string): void {
  const word = TRANSACTION_CONTROL.exec(sql)?.[1]?.toUpperCase();
  if (word === undefined) return;
  throw new BackplaneError("DATABASE_STATEMENT_FAILED", `Cannot run ${word}: transactions are not made by statement.`, {
    remedy: "Use transaction() or batch().",
    details: { sql: sql.slice(0, SHOWN_SQL) },
  });
}

export function databaseClosed(reason: string): BackplaneError {
  return new BackplaneError("DATABASE_CLOSED", `Cannot use the database: ${reason}.`, {
    remedy: "Use the database while its plugin runs, and a transaction only inside its own callback.",
  });
}

function damage(): Meaning {
  return {
    code: "DATABASE_DAMAGED",
    remedy: "Stop Backplane, keep a copy of the damaged file, and restore the database from a backup.",
  };
}

function failure(remedy: string): Meaning {
  return { code: "DATABASE_STATEMENT_FAILED", remedy };
}

/** What was thrown, to stand inside a sentence. */
export function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.+$/, "");
}
