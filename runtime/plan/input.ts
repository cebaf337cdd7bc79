import type { BackplaneError } from "../errors.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { LoadedPlugin } from "../plugin.ts";
import type { ServiceKey } from "../service_key.ts";

/** A plugin that the manifest enables and whose module could not be loaded. */
export interface FailedPlugin {
  readonly name: string;
  readonly error: BackplaneError;
}

/** What the plan is made from. */
export interface PlanInput {
  readonly manifest: Manifest;
  readonly loaded: readonly LoadedPlugin[];
  readonly failed: readonly FailedPlugin[];
  /** Values that the host registered. */
  readonly hostServices: readonly ServiceKey<unknown>[];
}
