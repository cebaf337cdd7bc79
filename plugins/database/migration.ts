import { createHash } from "node:crypto";
import { BackplaneError } from "../../mod.ts";
import type { Database, MigrationStep } from "./contract.ts";
import { reasonOf } from "./statement_error.ts";

const NAMESPACE = /^[a-z][a-z0-9_]{0,63}$/;
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS backplane_migrations (
  namespace TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (namespace, position)
) STRICT, WITHOUT ROWID`;

interface AppliedStep {
  readonly name: string;
  readonly checksum: string;
}

/** See Database.migrate. `now` is milliseconds since the Unix epoch. */
export async function migrate(
  database: Pick<Database, "execute" | "batch">,
  namespace: string,
  steps: readonly MigrationStep[],
  now: number,
): Promise<readonly string[]> {
  if (!NAMESPACE.test(namespace)) {
    throw failed(namespace, "that is no namespace", "Use the plugin's name: lower-case letters, digits and _.");
  }
  await database.execute(CREATE_HISTORY);
  const applied = await readHistory(database, namespace);
  compareHistory(namespace, applied, steps);
  const names: string[] = [];
  for (let position = applied.length; position < steps.length; position += 1) {
    const step = steps[position] as MigrationStep;
    await applyStep(database, namespace, { step, position, now });
    names.push(step.name);
  }
  return names;
}

async function readHistory(database: Pick<Database, "execute">, namespace: string): Promise<readonly AppliedStep[]> {
  const { rows } = await database.execute(
    `SELECT CAST(name AS BLOB) AS name, CAST(checksum AS BLOB) AS checksum
     FROM backplane_migrations WHERE namespace = ? ORDER BY position`,
    [namespace],
  );
  return rows.map((row) => ({ name: textOf(row["name"]), checksum: textOf(row["checksum"]) }));
}

function compareHistory(namespace: string, applied: readonly AppliedStep[], steps: readonly MigrationStep[]): void {
  applied.forEach(({ name, checksum }, index) => {
    const step = steps[index];
    if (step === undefined) {
      const reason = `the database already has step "${name}", which this version does not know`;
      throw failed(namespace, reason, "Run the newer version again, or restore the backup from before it.");
    }
    if (step.name !== name || checksumOf(step) !== checksum) {
      const reason = `step ${index + 1} "${step.name}" is not the one that ran as "${name}"`;
      throw failed(namespace, reason, "Restore the step as it was released, and add a new step for the change.");
    }
  });
}

async function applyStep(
  database: Pick<Database, "batch">,
  namespace: string,
  { step, position, now }: { readonly step: MigrationStep; readonly position: number; readonly now: number },
): Promise<void> {
  const record = {
    sql: "INSERT INTO backplane_migrations (namespace, position, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
    args: [namespace, position, step.name, checksumOf(step), now],
  };
  try {
    await database.batch([...step.statements.map((sql) => ({ sql })), record]);
  } catch (error) {
    if (error instanceof BackplaneError && error.code !== "DATABASE_STATEMENT_FAILED") throw error;
    const reason = `step "${step.name}" failed and was undone: ${reasonOf(error)}`;
    const remedy = "Mend what the step says is wrong and start again; the steps before it stay.";
    throw failed(namespace, reason, remedy, error);
  }
}

/** Over the statements alone: a better name is caught by the name. */
function checksumOf(step: MigrationStep): string {
  return createHash("sha256").update(JSON.stringify(step.statements)).digest("hex");
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value);
}

function failed(namespace: string, reason: string, remedy: string, cause?: unknown): BackplaneError {
  return new BackplaneError("DATABASE_MIGRATION_FAILED", `Cannot migrate "${namespace}": ${reason}.`, {
    remedy,
    details: { namespace },
    cause,
  });
}
