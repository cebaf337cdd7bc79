import { readFile, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveModuleURL } from "exsolve";
import { stripsTypes } from "../host.ts";
import type { Language } from "./templates/plugin_spec.ts";

/** What a new plugin finds where it lies. */
export interface Surroundings {
  /** Packages that it or its test imports, and that are not installed there. */
  readonly missing: readonly string[];
  /** Packages that checking its types needs besides. */
  readonly missingForTypes: readonly string[];
  /** Whether what it is written in is taken for an ES module by every runtime. */
  readonly isModule: boolean;
  /** Whether this runtime takes TypeScript as it is. */
  readonly stripsTypes: boolean;
}

export async function lookAround(folder: string, language: Language): Promise<Surroundings> {
  const asItIs = stripsTypes();
  const needed = language === "typescript" && !asItIs ? ["backplane", "tsx"] : ["backplane"];
  return {
    missing: needed.filter((name) => !isInstalled(name, folder)),
    missingForTypes: ["typescript", "@types/node"].filter((name) => !isInstalled(`${name}/package.json`, folder)),
    isModule: language === "javascript" || (await nearestType(folder)) !== "commonjs",
    stripsTypes: asItIs,
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

/** What the nearest package.json says of its `.js` and `.ts` files; without one, or a word in it, nothing is said. */
async function nearestType(folder: string): Promise<unknown> {
  for (let at = folder; ; at = dirname(at)) {
    const text = await readFile(join(at, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) return typeIn(text);
    if (dirname(at) === at) return undefined;
  }
}

function typeIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
