import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import type { BackplaneError } from "../../../runtime/errors.ts";
import { RuntimeEvents } from "../../../runtime/events.ts";
import { configError, loadPlugins, type LoadResult } from "../../../runtime/loader/loader.ts";
import { PluginRegistry } from "../../../runtime/loader/registry.ts";
import type { ManifestSource, PluginEntry } from "../../../runtime/manifest/manifest.ts";
import { manifestEntry, testManifest } from "../plugin_spec.ts";

const mod = new URL("../../../mod.ts", import.meta.url).href;
/** How a plugin in a temporary folder comes by the base classes. */
export const importBase = `import { BusinessPlugin } from ${JSON.stringify(mod)};`;

/** The text of a plugin module that has nothing wrong; `inside` goes into its class. */
export function goodModule(inside = ""): string {
  return `${importBase}
export default class Good extends BusinessPlugin {
  static metadata = { name: "Good", version: "1.0.0", description: "of a test" };
  ${inside}
}
`;
}

export interface LoadFilesOptions {
  readonly registry?: PluginRegistry;
  readonly clock?: Clock;
  readonly events?: RuntimeEvents;
  readonly source?: Partial<ManifestSource>;
  readonly importModule?: (url: string) => Promise<unknown>;
  readonly registerTypeScript?: () => unknown;
}

/** A manifest's folder with real files, and beside it a folder of built-ins; dispose of it. */
export class PluginFolder {
  readonly root: string;
  readonly baseDir: string;

  private constructor(root: string) {
    this.root = root;
    this.baseDir = join(root, "manifest");
  }

  static async make(files: Readonly<Record<string, string>> = {}): Promise<PluginFolder> {
    const folder = new PluginFolder(await realpath(await mkdtemp(join(tmpdir(), "backplane-loader-"))));
    await mkdir(folder.baseDir);
    await mkdir(join(folder.root, "builtins"));
    // Else tsx takes .js for CommonJS and loads Backplane a second time, which coverage cannot tell apart.
    await writeFile(join(folder.root, "package.json"), '{ "type": "module" }');
    for (const [path, text] of Object.entries(files)) await folder.write(path, text);
    return folder;
  }

  /** @param path relative to the manifest's folder; `../builtins/x/plugin.js` is a built-in */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.baseDir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** @throws MANIFEST_INVALID for refused settings, as a start does */
  async load(entries: readonly Partial<PluginEntry>[], options: LoadFilesOptions = {}): Promise<LoadResult> {
    const plugins = entries.map((entry) => ({ ...manifestEntry({ name: entry.name ?? "a" }), ...entry }));
    const result = await loadPlugins({
      manifest: testManifest(plugins, { source: { baseDir: this.baseDir, ...options.source } }),
      registry: options.registry ?? new PluginRegistry(),
      builtins: { builtins: `${pathToFileURL(join(this.root, "builtins")).href}/`, extension: ".js" },
      importModule: options.importModule ?? ((url) => import(url)),
      registerTypeScript: options.registerTypeScript ?? (() => undefined),
      onImport: () => undefined,
      clock: options.clock ?? systemClock,
      events: options.events ?? new RuntimeEvents(),
    });
    if (result.refused.length > 0) throw configError(result.refused);
    return result;
  }

  /** Loads one entry and answers why it failed. */
  async failure(entry: Partial<PluginEntry>, options?: LoadFilesOptions): Promise<BackplaneError> {
    const { loaded, failed } = await this.load([entry], options);
    if (failed.length !== 1) throw new Error(`loaded after all: ${loaded.map(({ name }) => name).join()}`);
    return failed[0]!.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Runs a test in a folder with these files, and removes it. */
export async function inFolder(
  files: Readonly<Record<string, string>>,
  run: (folder: PluginFolder) => Promise<void>,
): Promise<void> {
  const folder = await PluginFolder.make(files);
  try {
    await run(folder);
  } finally {
    await folder[Symbol.asyncDispose]();
  }
}
