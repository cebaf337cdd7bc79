/**
 * Writes dist/: what the package ships. Plain JavaScript, for it runs before anything else does.
 * `build.js` builds; `build.js --if-stale` does only if an input has changed since.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const OUT = "dist";
/** What the build in dist/ was made of. */
const STAMP = join(OUT, ".inputs");
const FOLDERS = ["runtime", "plugins", "schemas"];
const FILES = ["mod.ts", "package.json", "tsconfig.json", ".build/tsconfig.json", ".build/build.js"];
const COMPILER = "node_modules/typescript/package.json";

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => /\.(?:ts|js)$/.test(path))
    .toSorted((a, b) => (a < b ? -1 : 1)),
);
/** JavaScript is shipped as it is; generated code brings its declarations. */
const copied = sources.filter((path) => path.endsWith(".js") || path.endsWith(".d.ts"));

function inputsHash() {
  const hash = createHash("sha256");
  for (const path of [...FILES, COMPILER, ...sources]) {
    hash.update(`${path}\0`).update(existsSync(path) ? readFileSync(path) : "");
  }
  return hash.digest("hex");
}

function compile(folder) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", ".build/tsconfig.json", "--outDir", folder], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("tsc found errors.");
}

/**
 * tsc leaves `./x.ts` in declarations, where there is x.d.ts beside x.js: only tsc itself finds its way then. Comments
 * keep what they say.
 */
function nameTheBuild(declarations) {
  const code = /^(?!\s*(?:\*|\/[*/])).*$/gm;
  const specifier = /(?<=\b(?:from|import) ?\(?"\.[^"]*)\.ts(?=")/g;
  return declarations.replace(code, (line) => line.replace(specifier, ".js"));
}

function rewriteDeclarations(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const path = join(folder, name);
    writeFileSync(path, nameTheBuild(readFileSync(path, "utf8")));
  }
}

/** Whole or not at all: who runs from dist/ meanwhile never meets half a build. */
function build(inputs) {
  if (!existsSync(COMPILER)) {
    throw new Error("typescript is not installed. Run npm ci first; afterwards, npm prune --omit=dev removes it.");
  }
  const folder = mkdtempSync(`.${OUT}-`);
  // As deep as it will lie: source maps tell the way from there to the sources.
  const fresh = `${folder}-new`;
  try {
    compile(fresh);
    rewriteDeclarations(fresh);
    for (const path of copied) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      cpSync(path, join(fresh, path));
    }
    writeFileSync(join(fresh, basename(STAMP)), inputs);
    if (existsSync(OUT)) renameSync(OUT, join(folder, "old"));
    renameSync(fresh, OUT);
  } finally {
    for (const path of [folder, fresh]) rmSync(path, { recursive: true, force: true });
  }
}

const inputs = inputsHash();
const isFresh = existsSync(STAMP) && readFileSync(STAMP, "utf8") === inputs;
if (!isFresh || !process.argv.includes("--if-stale")) {
  try {
    build(inputs);
  } catch (error) {
    process.stderr.write(`Cannot build ${OUT}/: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
