import { dirname, resolve } from "node:path";
import { BackplaneError, type Fault } from "../errors.ts";
import { checkDocument } from "./check.ts";
import { environmentNameOf, overlayFaults, overlayPath, requireEnvironmentName } from "./environment.ts";
import { faultsError, scrubFault } from "./faults.ts";
import { interpolate, referredFiles } from "./interpolate.ts";
import type { LoadedDocument } from "./load.ts";
import type { Manifest } from "./manifest.ts";
import { isNull, mergeTrees } from "./merge.ts";
import { objectTree } from "./object_tree.ts";
import { readReferredFiles } from "./referred_files.ts";
import { settleManifest } from "./settle.ts";
import type { Tree } from "./tree.ts";
import { TreeSource } from "./tree_source.ts";

export interface ReadManifestOptions {
  /** A file with its overlays, or a text or plain object, whose relative paths start from `baseDir`. */
  readonly source:
    | { readonly file: string }
    | { readonly text: string; readonly baseDir: string }
    | { readonly object: unknown; readonly baseDir: string };
  /** Wins over what the base document says; picks the overlay. */
  readonly environmentName?: string | undefined;
  /** What `${env:NAME}` looks into. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The texts of a manifest, each as a tree, before they are put together. */
interface Documents {
  readonly label: string;
  readonly baseDir: string;
  readonly files: readonly string[];
  readonly trees: readonly Tree[];
}

/**
 * Reads a manifest: the texts, the overlay merged over the base, interpolation, the schema.
 * @throws MANIFEST_INVALID with every fault of the first stage that has any: the texts; what they say
 * @throws MANIFEST_NOT_FOUND, MANIFEST_UNREADABLE when a file is missing or cannot be read
 * @throws RUNTIME_OPTIONS_INVALID when `environmentName` is no environment's name
 */
export async function readManifest(options: ReadManifestOptions): Promise<Manifest> {
  const asked = options.environmentName === undefined ? undefined : requireEnvironmentName(options.environmentName);
  const { label, baseDir, files, trees } = await readDocuments(options, asked);
  const merged = trees.reduce(mergeTrees);
  const { environment } = options;
  const referred = await readReferredFiles(referredFiles(merged), baseDir);
  const { tree, secrets, faults } = interpolate(merged, { environment, files: referred });
  const source = new TreeSource({ tree, baseDir, files, secrets });
  const checked = checkDocument(tree, source);
  const found = [...faults, ...checked.faults.filter((fault) => !faults.some((cause) => isCausedBy(fault, cause)))];
  if (!checked.document || found.length > 0) throw invalid(label, found, secrets);
  const manifest = settleManifest(checked.document, source);
  return asked === undefined ? manifest : { ...manifest, system: { ...manifest.system, environment: asked } };
}

async function readDocuments(options: ReadManifestOptions, asked: string | undefined): Promise<Documents> {
  const { source } = options;
  if ("file" in source) return readFiles(resolve(source.file), options, asked);
  const loaded = "text" in source ? await loadText(source.text) : objectTree(source.object);
  if (!loaded.tree || loaded.faults.length > 0) throw invalid("the manifest", loaded.faults, []);
  return { label: "the manifest", baseDir: resolve(source.baseDir), files: [], trees: [loaded.tree] };
}

/** An object needs no parser: the library is only imported where there is a text. */
async function loadText(text: string): Promise<LoadedDocument> {
  return (await import("./load.ts")).loadText(text);
}

async function readFiles(file: string, options: ReadManifestOptions, asked: string | undefined): Promise<Documents> {
  const { loadFile } = await import("./load.ts");
  const baseDir = dirname(file);
  const base = await loadFile(file);
  if (!base) {
    const remedy = "Correct the path, or run `backplane init` to write a core.yaml.";
    throw new BackplaneError("MANIFEST_NOT_FOUND", `Cannot read the manifest: ${file} does not exist.`, { remedy });
  }
  const name = asked ?? (base.tree && (await environmentNameOf(base.tree, baseDir, options.environment)));
  const overlayFile = name === undefined ? undefined : overlayPath(file, name);
  const overlay = overlayFile === undefined ? undefined : await loadFile(overlayFile);
  const overlayTree = overlay?.tree && !isNull(overlay.tree) ? overlay.tree : undefined;
  const faults = [...base.faults, ...(overlay?.faults ?? [])];
  if (overlayTree && name !== undefined) faults.push(...overlayFaults(overlayTree, name));
  if (!base.tree || faults.length > 0) throw invalid(file, faults, []);
  return {
    label: file,
    baseDir,
    files: overlay && overlayFile !== undefined ? [file, overlayFile] : [file],
    trees: overlayTree ? [base.tree, overlayTree] : [base.tree],
  };
}

/** Whether a fault may only be the consequence of another: of a value that is not there, it is the wrong one. */
function isCausedBy(fault: Fault, cause: Fault): boolean {
  return fault.code === "MANIFEST_INVALID_VALUE" && cause.path.every((part, index) => fault.path[index] === part);
}

function invalid(label: string, faults: readonly Fault[], secrets: readonly string[]): BackplaneError {
  const summary = `Cannot use ${label}`;
  return faultsError(
    "MANIFEST_INVALID",
    summary,
    faults.map((fault) => scrubFault(fault, secrets)),
  );
}
