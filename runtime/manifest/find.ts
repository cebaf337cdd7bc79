import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BackplaneError } from "../errors.ts";

const VARIABLE = "BACKPLANE_MANIFEST";
const USUAL_PLACES = ["core.yaml", "config/core.yaml"];

export interface FindManifestOptions {
  /** What the command line names. */
  readonly argument?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
}

/**
 * Absolute path of the manifest: the argument, `BACKPLANE_MANIFEST`, `./core.yaml`, `./config/core.yaml`, whichever
 * is given or there first.
 * @throws MANIFEST_NOT_FOUND when the named file, or every usual one, is missing
 */
export function findManifest(options: FindManifestOptions): string {
  const { argument, environment, cwd } = options;
  const named = argument ?? environment[VARIABLE];
  if (named !== undefined && named !== "") return existing(cwd, named, argument === undefined ? VARIABLE : "argument");
  const found = USUAL_PLACES.map((place) => resolve(cwd, place)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const remedy = "Run `backplane init` to write a core.yaml here, or name one as the argument.";
  const message = `Cannot find a manifest: ${cwd} has neither core.yaml nor config/core.yaml.`;
  throw new BackplaneError("MANIFEST_NOT_FOUND", message, { remedy });
}

function existing(cwd: string, named: string, origin: string): string {
  const path = resolve(cwd, named);
  if (existsSync(path)) return path;
  const from = origin === VARIABLE ? ` (from ${VARIABLE})` : "";
  const remedy = "Correct the path, or run `backplane init` to write a core.yaml.";
  throw new BackplaneError("MANIFEST_NOT_FOUND", `Cannot find the manifest: ${path}${from} does not exist.`, {
    remedy,
  });
}
