import { readFile, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveModuleURL } from "exsolve";
import type { NextCommands } from "./next_commands.ts";
import type { Language } from "./templates/plugin_spec.ts";

/** What a new plugin finds where it lies. */
export interface Surroundings {
  /** Packages that it or its test imports, and that are not installed there. */
  readonly missing: readonly string[];
  /** Packages that checking its types needs besides. */
  readonly missingForTypes: readonly string[];
  /** What type checks take its `.ts` files for: "none" where no package.json says anything. */
  readonly packageType: PackageType;
}

export type PackageType = "module" | "commonjs" | "none";

export async function lookAround(
  folder: string,
  language: Language,
  { loader, checker }: NextCommands,
): Promise<Surroundings> {
  const needed = language === "typescript" ? ["backplane", ...loader] : ["backplane"];
  return {
    missing: needed.filter((name) => !isInstalled(name, folder)),
    missingForTypes: checker.filter((name) => !isInstalled(`${name}/package.json`, folder)),
    packageType: await nearestType(folder),
  };
}

export const TSCONFIG = "tsconfig.json";

/** Whether a folder, or one above it, says how TypeScript is to be checked. */
export async function hasTsconfig(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await stat(join(at, TSCONFIG)).catch(() => undefined)) !== undefined) return true;
    if (dirname(at) === at) return false;
  }
}

function isInstalled(name: string, folder: string): boolean {
  try {
    resolveModuleURL(name, { from: pathToFileURL(folder + sep).href });
    return true;
  } catch {
    return false;
  }
}

/** What the nearest package.json makes of its `.js` and `.ts` files: without a word in it they are CommonJS. */
async function nearestType(folder: string): Promise<PackageType> {
  for (let at = folder; ; at = dirname(at)) {
    const text = await readFile(join(at, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) return typeIn(text) === "module" ? "module" : "commonjs";
    if (dirname(at) === at) return "none";
  }
}

function typeIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
