/**
 * Generates `schemas/generated/aico_core.js` and its types from `schemas/*.proto` with protobufjs.
 * `--check` writes nothing and fails when the committed files are stale.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const schemas = fileURLToPath(new URL(".", import.meta.url));
const generated = join(schemas, "generated");
const files = ["aico_core.js", "aico_core.d.ts"] as const;

function generate(folder: string): void {
  const protos = readdirSync(schemas).filter((file) => file.endsWith(".proto"));
  const options = [
    ...["--target", "static-module", "--wrap", "esm", "--root", "backplane", "--dts"],
    // Node resolves a bare CommonJS subpath only with its extension.
    ...["--dependency", "protobufjs/minimal.js"],
    ...["--force-number", "--no-convert", "--no-delimited", "--no-service", "--no-typeurl", "--no-verify"],
    ...["--out", join(folder, files[0])],
  ];
  const pbjs = createRequire(import.meta.url).resolve("protobufjs-cli/bin/pbjs");
  execFileSync(process.execPath, [pbjs, ...options, ...protos], { cwd: schemas, stdio: "inherit" });
  const [code, types] = files.map((file) => join(folder, file));
  // tsc finds the types beside the code, Deno and JSR are told.
  edit(code!, (text) => `/* @ts-self-types="./${files[1]}" */\n${text}`);
  // With --force-number nothing is a Long; strict installers give us no such package, and ES modules no such import.
  edit(types!, (text) => text.replace('import Long = require("long");\n', ""));
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

function isStale(fresh: string): boolean {
  return files.some((file) => readFileSync(join(fresh, file), "utf8") !== readFileSync(join(generated, file), "utf8"));
}

function check(): void {
  const fresh = mkdtempSync(join(tmpdir(), "backplane-protobuf-"));
  try {
    generate(fresh);
    if (!isStale(fresh)) return;
    process.stderr.write("schemas/generated is stale. Run: npx tsx schemas/generate_protobuf.ts\n");
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv.includes("--check")) check();
else generate(generated);
