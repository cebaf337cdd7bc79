import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read.ts";
import type { RuntimeOptions } from "../options.ts";
import { settleOptions } from "../settle_options.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";

/** What every command that imports plugins gives the runtime. */
export function runtimeOptions(options: ManifestOptions, { registerTypeScript }: CommandContext): RuntimeOptions {
  return { ...named(options), registerTypeScript };
}

/** How the command line names a manifest, as the runtime takes it. */
function named({ manifest, environment }: ManifestOptions): RuntimeOptions {
  return {
    ...(manifest === undefined ? {} : { manifest }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** Reads the manifest alone; imports no plugin. @throws MANIFEST_* */
export async function readManifestOf(options: ManifestOptions): Promise<Manifest> {
  return await readManifest(settleOptions(named(options)).manifest());
}
