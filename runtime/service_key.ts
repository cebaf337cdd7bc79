import { BackplaneError } from "./errors.ts";

/**
 * Names a service and carries the type of its value and the version of its contract. Two keys are the same service
 * when their names are equal, so that copies of a contract (source and dist, an npm plugin's own) still meet.
 */
export interface ServiceKey<T> {
  readonly name: string;
  /** Semantic version of the contract, not of the plugin that provides it. */
  readonly version: string;
  /** Only there for the type checker; never set. */
  readonly value?: T;
}

/** A key with the range of contract versions that will do. */
export interface VersionedKey<T> {
  readonly key: ServiceKey<T>;
  readonly range: string;
}

/** What `requires` and `optional` list: a key, or a key with a range of versions. */
export type ServiceRequirement = ServiceKey<unknown> | VersionedKey<unknown>;

/** What services are called: as plugins are in the manifest. */
export const SERVICE_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/**
 * Makes a service's key, in the `contract.ts` of the plugin that provides it.
 * @param name lower-case words with `_`, at most 64 characters
 * @param version `major.minor.patch` of the contract
 * @throws PLUGIN_METADATA_INVALID when either is malformed
 */
export function serviceKey<T>(name: string, version: string): ServiceKey<T> {
  if (!SERVICE_NAME.test(name)) {
    throw new BackplaneError("PLUGIN_METADATA_INVALID", `Cannot make a service key: "${name}" is not a service name.`, {
      remedy: "Use lower-case letters, digits and _, beginning with a letter, at most 64 characters.",
    });
  }
  if (!VERSION.test(version)) {
    throw new BackplaneError(
      "PLUGIN_METADATA_INVALID",
      `Cannot make service key "${name}": "${version}" is not a version.`,
      {
        remedy: 'Write the contract\'s version as major.minor.patch, for example "1.0.0".',
      },
    );
  }
  return Object.freeze({ name, version });
}

/** Asks for other contract versions than the default, which is `^` of the version on the requirer's own key. */
export function versioned<T>(key: ServiceKey<T>, range: string): VersionedKey<T> {
  return Object.freeze({ key, range });
}

/** The key that a requirement is about. */
export function requiredKey(requirement: ServiceRequirement): ServiceKey<unknown> {
  return "key" in requirement ? requirement.key : requirement;
}

/** A requirement in one shape: the key and the range of versions that satisfy it. */
export function normalizeRequirement(requirement: ServiceRequirement): VersionedKey<unknown> {
  return "key" in requirement ? requirement : { key: requirement, range: `^${requirement.version}` };
}
