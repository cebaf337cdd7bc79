import { BackplaneError, type ErrorCode, reasonOf } from "../errors.ts";
import { PLUGIN_BRAND, PLUGIN_CONTRACT, type PluginBrand, type PluginClass } from "../plugin.ts";
import { metadataFaults } from "./metadata_rules.ts";

/** The default export of a module. @throws PLUGIN_NO_DEFAULT_EXPORT and what `checkPluginClass` throws */
export function pluginClassOf(name: string, module: unknown): PluginClass {
  const exported = module as { readonly default?: unknown };
  if (!("default" in (module as object))) {
    throw refused(
      name,
      "PLUGIN_NO_DEFAULT_EXPORT",
      "its module has no default export",
      "Write `export default class` in front of the plugin.",
    );
  }
  return checkPluginClass(name, exported.default);
}

/**
 * A class derived from BasePlugin, of whichever copy of this package, with usable metadata.
 * @throws PLUGIN_NOT_A_PLUGIN, PLUGIN_CONTRACT_VERSION, PLUGIN_NO_METADATA, PLUGIN_METADATA_INVALID
 */
export function checkPluginClass(name: string, candidate: unknown): PluginClass {
  const brand = brandOf(candidate);
  if (brand === undefined) {
    const remedy = "Derive it from BusinessPlugin, or another base class of backplane.";
    throw refused(name, "PLUGIN_NOT_A_PLUGIN", "its class does not derive from BasePlugin", remedy);
  }
  if (brand.contract !== PLUGIN_CONTRACT) {
    const remedy = "Install a version of the plugin, or of backplane, so that both agree.";
    const what = `it speaks contract version ${String(brand.contract)}, this runtime version ${PLUGIN_CONTRACT}`;
    throw refused(name, "PLUGIN_CONTRACT_VERSION", what, remedy);
  }
  checkMetadata(name, candidate as { readonly metadata?: unknown });
  return candidate as PluginClass;
}

function brandOf(candidate: unknown): PluginBrand | undefined {
  if (typeof candidate !== "function") return undefined;
  const brand: unknown = (candidate as Partial<PluginClass>)[PLUGIN_BRAND];
  return typeof brand === "object" && brand !== null ? (brand as PluginBrand) : undefined;
}

function checkMetadata(name: string, candidate: { readonly metadata?: unknown }): void {
  const faults = readMetadata(name, candidate);
  if (faults === undefined) {
    const remedy = "Add `static override readonly metadata: PluginMetadata = { name, version, description }`.";
    throw refused(name, "PLUGIN_NO_METADATA", "its class has no static metadata", remedy);
  }
  if (faults.length === 0) return;
  throw refused(name, "PLUGIN_METADATA_INVALID", faults.join("; "), "Correct the static metadata of the class.");
}

/** The faults of the metadata; undefined where there is none. Getters run in here, and may throw. */
function readMetadata(name: string, candidate: { readonly metadata?: unknown }): readonly string[] | undefined {
  try {
    const { metadata } = candidate;
    return metadata === undefined ? undefined : metadataFaults(metadata);
  } catch (error) {
    const what = `reading its metadata failed: ${reasonOf(error)}`;
    throw refused(name, "PLUGIN_METADATA_INVALID", what, "Make metadata plain data.");
  }
}

function refused(name: string, code: ErrorCode, what: string, remedy: string): BackplaneError {
  return new BackplaneError(code, `Cannot load plugin "${name}": ${what}.`, { remedy });
}
