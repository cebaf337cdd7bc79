import { join, parse } from "node:path";
import { BackplaneError, type Fault } from "../errors.ts";
import { quote } from "./faults.ts";
import { interpolate, referredFiles } from "./interpolate.ts";
import { readReferredFiles } from "./referred_files.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** The same rule as the schema's: the name becomes part of a file name, so it must hold no slash or dot. */
const ENVIRONMENT = /^[a-z0-9][a-z0-9_-]{0,63}$/u;
const DEFAULT_ENVIRONMENT = "development";
const PATH = ["core", "system", "environment"] as const;

/**
 * The environment's name as asked for.
 * @throws RUNTIME_OPTIONS_INVALID when it cannot be part of a file name
 */
export function requireEnvironmentName(name: string): string {
  if (ENVIRONMENT.test(name)) return name;
  const message = `Cannot use the environment ${quote(name)}: its name must be a word of lower-case letters, digits, - and _.`;
  const remedy = "Name the environment as in the overlay's file name: production for core.production.yaml.";
  throw new BackplaneError("RUNTIME_OPTIONS_INVALID", message, { remedy });
}

/** The name the base document gives, interpolated; undefined when it is unusable, which the schema check reports. */
export async function environmentNameOf(
  base: Tree,
  baseDir: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const value = environmentEntry(base)?.value;
  if (!value) return DEFAULT_ENVIRONMENT;
  const files = await readReferredFiles(referredFiles(value), baseDir);
  const { tree } = interpolate(value, { environment, files });
  return tree.kind === "scalar" && typeof tree.value === "string" && ENVIRONMENT.test(tree.value)
    ? tree.value
    : undefined;
}

/** `core.production.yaml` beside `core.yaml`. */
export function overlayPath(manifest: string, environmentName: string): string {
  const { dir, name, ext } = parse(manifest);
  return join(dir, `${name}.${environmentName}${ext}`);
}

/** What is wrong with an overlay as such: it is no map, or would change the environment that picked it. */
export function overlayFaults(overlay: Tree, environmentName: string): readonly Fault[] {
  if (overlay.kind !== "map") {
    return [overlayFault(overlay.at, [], "an overlay must be a map.", "Write it like the base, with `core:` on top.")];
  }
  const entry = environmentEntry(overlay);
  if (!entry || (entry.value.kind === "scalar" && entry.value.value === environmentName)) return [];
  const message = `an overlay cannot change the environment, which is ${environmentName}.`;
  return [overlayFault(entry.keyAt, PATH, message, "Set it in the base file or with --environment.")];
}

function overlayFault(at: Tree["at"], path: Fault["path"], message: string, remedy: string): Fault {
  return { code: "MANIFEST_OVERLAY", path, message, remedy, position: at?.source.positionAt(at.offset) };
}

function environmentEntry(root: Tree): TreeEntry | undefined {
  let entry: TreeEntry = { keyAt: root.at, value: root };
  for (const key of PATH) {
    const next: TreeEntry | undefined = entry.value.kind === "map" ? entry.value.entries.get(key) : undefined;
    if (!next) return undefined;
    entry = next;
  }
  return entry;
}
