import type { SqlRunner } from "./contract.ts";

/**
 * Reads the whole file and compares its trees and indexes. The event loop stands still meanwhile: some seconds per
 * gigabyte.
 * @returns what is wrong, one sentence each as SQLite words it; empty when the database is sound
 */
export async function checkIntegrity(database: SqlRunner): Promise<readonly string[]> {
  // As a blob: the text quotes names from the file, and invalid UTF-8 read as text would abort the process.
  const { rows } = await database.execute(
    "SELECT CAST(integrity_check AS BLOB) AS finding FROM pragma_integrity_check",
  );
  const findings = rows.map(({ finding }) => (finding instanceof Uint8Array ? Buffer.from(finding).toString() : ""));
  return findings.filter((finding) => finding !== "ok");
}
