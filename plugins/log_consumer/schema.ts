import type { MigrationStep } from "../database/contract.ts";

export const NAMESPACE = "log_consumer";

/**
 * `id` is AUTOINCREMENT: a deleted row's id is never given again, so a reader's last id stays meaningful. The search
 * index is in tables of its own, made and dropped as entries come and go: see search_parts.ts.
 */
export const migrations: readonly MigrationStep[] = [
  {
    name: "create_log_entries",
    statements: [
      `CREATE TABLE log_entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        time INTEGER NOT NULL,
        received INTEGER NOT NULL,
        level INTEGER NOT NULL,
        subsystem TEXT NOT NULL,
        module TEXT NOT NULL,
        topic TEXT NOT NULL,
        source TEXT NOT NULL,
        message TEXT NOT NULL,
        details TEXT
      ) STRICT`,
      "CREATE INDEX log_entries_time ON log_entries (time)",
      "CREATE INDEX log_entries_grave ON log_entries (time) WHERE level >= 40",
      "CREATE TABLE log_search_parts (part INTEGER PRIMARY KEY) STRICT",
    ],
  },
];
