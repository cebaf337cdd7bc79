import type { StandardSchemaV1 } from "@standard-schema/spec";
import { unknownKeyMessage } from "../../schemas/building_blocks.ts";
import { BackplaneError, type Fault, reasonOf } from "../errors.ts";
import { makeFault, pluginPath } from "../manifest/faults.ts";
import type { ManifestSource, PluginEntry } from "../manifest/manifest.ts";
import { MarkedSource, type MarkedValue } from "../manifest/marked_source.ts";
import type { PluginMetadata } from "../plugin.ts";
import { secretSettings } from "./secret_settings.ts";

export type ConfigResult =
  | { readonly config: unknown; readonly faults?: undefined }
  | { readonly config?: undefined; readonly faults: readonly Fault[] };

/** A key no plugin has: a schema that takes it and drops it would drop a misspelt key as silently. */
const PROBE = "backplane_unknown_key_probe";

/**
 * A plugin's settings, checked against its own schema, defaults filled in.
 * @param marked gets what the schema marks as secret, before anything is checked: a schema may throw, or never answer
 * @throws PLUGIN_METADATA_INVALID when the schema silently drops unknown keys
 */
export async function checkConfig(
  entry: PluginEntry,
  metadata: PluginMetadata,
  source: ManifestSource,
  marked: MarkedValue[],
): Promise<ConfigResult> {
  const given = entry.config ?? {};
  const schema: StandardSchemaV1 | undefined = metadata.config;
  const path = pluginPath(entry.name, "config");
  if (schema === undefined) return checkNoConfig(entry, source);
  marked.push(...secretSettings(schema, given).map((one) => ({ ...one, path: [...path, ...one.path] })));
  const shown = marked.length === 0 ? source : new MarkedSource(source, marked);
  const result = await validate(entry.name, schema, given);
  if (result.issues !== undefined) {
    const faults = result.issues.flatMap(
      (issue) => unknownKeyFaults(issue, schema, given, path, shown) ?? issueFault(issue, given, path, shown),
    );
    return { faults };
  }
  await assertStrict(entry.name, schema, given);
  // A default is hidden where it stands; to look for it in every text would hide harmless words.
  const defaults = secretSettings(schema, result.value);
  marked.push(...defaults.map((one) => ({ path: [...path, ...one.path], value: undefined })));
  return { config: result.value };
}

/** The settings of a plugin that takes none. */
export function checkNoConfig(entry: PluginEntry, source: ManifestSource): ConfigResult {
  const given = entry.config ?? {};
  const isMap = typeof given === "object" && given !== null && !Array.isArray(given);
  const keys = isMap ? Object.keys(given) : undefined;
  if (keys?.length === 0) return { config: {} };
  const path = pluginPath(entry.name, "config");
  const paths = keys?.map((key) => [...path, key]) ?? [path];
  const refuse = (place: Fault["path"]): Fault =>
    makeFault(source, "PLUGIN_CONFIG_INVALID", place, "the plugin takes no settings", "Remove the line.");
  return { faults: paths.map(refuse) };
}

async function validate(
  plugin: string,
  schema: StandardSchemaV1,
  value: unknown,
): Promise<StandardSchemaV1.Result<unknown>> {
  try {
    return await schema["~standard"].validate(value);
  } catch (error) {
    throw new BackplaneError(
      "PLUGIN_METADATA_INVALID",
      `Cannot load plugin "${plugin}": its config schema failed: ${reasonOf(error)}.`,
      { remedy: "A schema answers issues and does not throw; look at the cause.", cause: error },
    );
  }
}

/**
 * Every key that a strict valibot object does not have, told as in the rest of the manifest: valibot itself names the
 * first one only. Undefined for other issues and other libraries.
 */
function unknownKeyFaults(
  issue: StandardSchemaV1.Issue,
  schema: object,
  given: object,
  base: Fault["path"],
  source: ManifestSource,
): readonly Fault[] | undefined {
  if (!("expected" in issue) || issue.expected !== "never" || issue.path?.length !== 1) return undefined;
  if (!("entries" in schema) || typeof schema.entries !== "object" || schema.entries === null) return undefined;
  const known = Object.keys(schema.entries);
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const message = unknownKeyMessage(key, known.join(", "));
    return makeFault(
      source,
      "PLUGIN_CONFIG_INVALID",
      [...base, key],
      message,
      "Correct the key's spelling, or remove it.",
    );
  });
}

function issueFault(issue: StandardSchemaV1.Issue, given: unknown, base: Fault["path"], source: ManifestSource): Fault {
  const steps = (issue.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
  const path = [...base, ...steps.map((step) => (typeof step === "symbol" ? String(step) : step))];
  // A schema's own message may quote the value; a hidden one must not be quoted.
  const message = source.isHidden(path) ? "the value does not fit (it is hidden here)" : issue.message;
  const remedy =
    lookUp(given, steps) === undefined
      ? "Add the setting."
      : "Correct the setting; the plugin's documentation lists what it takes.";
  return makeFault(source, "PLUGIN_CONFIG_INVALID", path, message, remedy);
}

function lookUp(value: unknown, steps: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of steps) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return found;
}

async function assertStrict(plugin: string, schema: StandardSchemaV1, given: unknown): Promise<void> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return;
  const probed = await validate(plugin, schema, { ...given, [PROBE]: true });
  if (probed.issues !== undefined) return;
  if (typeof probed.value !== "object" || probed.value === null || PROBE in probed.value) return;
  throw new BackplaneError(
    "PLUGIN_METADATA_INVALID",
    `Cannot load plugin "${plugin}": its config schema ignores unknown keys, so a misspelt setting would go unnoticed.`,
    { remedy: "Make the schema strict: v.strictObject in valibot, z.strictObject in zod." },
  );
}
