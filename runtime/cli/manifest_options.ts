import type { RuntimeOptions } from "../options.ts";
import type { ManifestOptions } from "./command.ts";

/** How the command line names a manifest, as the runtime takes it. */
export function runtimeOptions({ manifest, environment }: ManifestOptions): RuntimeOptions {
  return {
    ...(manifest === undefined ? {} : { manifest }),
    ...(environment === undefined ? {} : { environment }),
  };
}
