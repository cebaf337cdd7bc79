import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read.ts";
import type { RuntimeOptions } from "../options.ts";
import { settleOptions } from "../settle_options.ts";
import type { ManifestOptions } from "./command.ts";

/** How the command line names a manifest, as the runtime takes it. */
export function runtimeOptions({ manifest, environment }: ManifestOptions): RuntimeOptions {
  return {
    ...(manifest === undefined ? {} : { manifest }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** Reads the manifest alone; imports no plugin. @throws MANIFEST_* */
export async function readManifestOf(options: ManifestOptions): Promise<Manifest> {
  return await readManifest(settleOptions(runtimeOptions(options)).manifest());
}
