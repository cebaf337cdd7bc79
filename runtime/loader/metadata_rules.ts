import { valid, validRange } from "semver";
import { unknownKeyMessage } from "../../schemas/building_blocks.ts";
import type { PluginMetadata } from "../plugin.ts";
import { SERVICE_NAME } from "../service_key.ts";

/** What is wrong with the value at a path, if anything: each fault begins with a path. */
type Rule = (value: unknown, path: string) => readonly string[];

// By hand and not by a schema library: these run for each class before anything starts, and a thousand classes given in
// code shall start in a moment.
const rules: Readonly<Record<keyof PluginMetadata, Rule>> = {
  name: (value, path) => (isText(value) ? told(value !== "", path, "must not be empty") : [`${path} is no text`]),
  version: (value, path) => told(isVersion(value), path, "is not a semantic version"),
  description: (value, path) => told(isText(value), path, "is no text"),
  priority: optional((value, path) => told(isPriority(value), path, "is not an integer from 0 to 1000")),
  requires: optional(requirements),
  optional: optional(requirements),
  provides: optional((value, path) => [...listOf(value, path, serviceKey), ...namedTwice(value, path)]),
  config: optional((value, path) => told(isStandardSchema(value), path, "is not a Standard Schema v1")),
};
const ruleList = Object.entries(rules).map(([key, rule]) => ({ key, path: `metadata.${key}`, rule }));
const known = Object.keys(rules).join(", ");
const NONE: readonly string[] = [];

/** Everything that is wrong with the static metadata of a class. Its getters run in here, and may throw. */
export function metadataFaults(metadata: unknown): readonly string[] {
  if (!isObject(metadata)) return ["metadata is no object"];
  const faults: string[] = [];
  for (const { key, path, rule } of ruleList) faults.push(...rule(metadata[key], path));
  for (const key of Object.keys(metadata)) {
    if (!Object.hasOwn(rules, key)) faults.push(`metadata.${key} ${unknownKeyMessage(key, known)}`);
  }
  return faults;
}

function told(good: boolean, path: string, fault: string): readonly string[] {
  return good ? NONE : [`${path} ${fault}`];
}

function optional(rule: Rule): Rule {
  return (value, path) => (value === undefined ? NONE : rule(value, path));
}

function listOf(value: unknown, path: string, rule: Rule): readonly string[] {
  if (!Array.isArray(value)) return [`${path} is no list`];
  const faults: string[] = [];
  for (let index = 0; index < value.length; index++) faults.push(...rule(value[index], `${path}.${index}`));
  return faults;
}

function requirements(value: unknown, path: string): readonly string[] {
  return listOf(value, path, requirement);
}

function requirement(item: unknown, path: string): readonly string[] {
  if (!isObject(item) || !("key" in item)) return serviceKey(item, path);
  return [
    ...serviceKey(item["key"], `${path}.key`),
    ...told(isText(item["range"]) && validRange(item["range"]) !== null, `${path}.range`, "is not a version range"),
  ];
}

function serviceKey(value: unknown, path: string): readonly string[] {
  if (!isObject(value)) return [`${path} is not a service key`];
  const { name, version } = value;
  if (!isText(name) || !SERVICE_NAME.test(name)) return [`${path}.name is not a service name`];
  return told(isVersion(version), `${path}.version`, "is not a semantic version");
}

function namedTwice(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value) || value.length < 2) return NONE;
  const names = new Set(value.map((key: unknown) => (isObject(key) ? key["name"] : undefined)));
  return told(names.size === value.length, path, "names a service twice");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

const PLAIN_VERSION = /^(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})$/;

function isVersion(value: unknown): boolean {
  return isText(value) && (PLAIN_VERSION.test(value) || valid(value) !== null);
}

function isPriority(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1_000;
}

function isStandardSchema(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}
