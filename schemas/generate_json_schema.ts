/**
 * Generates `schemas/core.schema.json`, the manifest's schema for editors, from `schemas/manifest.ts`.
 * `--check` writes nothing and fails when the committed file is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { editorSchema } from "./json_schema.ts";

const file = fileURLToPath(new URL("core.schema.json", import.meta.url));
const fresh = `${JSON.stringify(editorSchema(), null, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, fresh);
else if (readFileSync(file, "utf8") !== fresh) {
  process.stderr.write("schemas/core.schema.json is stale. Run: npx tsx schemas/generate_json_schema.ts\n");
  process.exitCode = 1;
}
