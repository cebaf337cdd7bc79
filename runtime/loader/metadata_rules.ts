// By file: the package as a whole reads some forty more.
import valid from "semver/functions/valid.js";
import validRange from "semver/ranges/valid.js";
import { unknownKeyMessage } from "../../schemas/building_blocks.ts";
import type { PluginMetadata } from "../plugin.ts";
import { SERVICE_NAME } from "../service_key.ts";

/** Adds what is wrong with the value at a path: each fault begins with a path. */
type Rule = (value: unknown, path: string, faults: string[]) => void;

// By hand and not by a schema library: these run for each class before anything starts, and a thousand classes given in
// code shall start in a moment.
const rules: Readonly<Record<keyof PluginMetadata, Rule>> = {
  name: (value, path, faults) => {
    if (!isText(value)) faults.push(`${path} is no text`);
    else if (value === "") faults.push(`${path} must not be empty`);
  },
  version: must(isVersion, "is not a semantic version"),
  description: must(isText, "is no text"),
  priority: optional(must(isPriority, "is not an integer from 0 to 1000")),
  requires: optional(listOf(requirement)),
  optional: optional(listOf(requirement)),
  provides: optional((value, path, faults) => {
    listOf(serviceKey)(value, path, faults);
    if (namesTwice(value)) faults.push(`${path} names a service twice`);
  }),
  config: optional(must(isStandardSchema, "is not a Standard Schema v1")),
};
const ruleList = Object.entries(rules).map(([key, rule]) => ({ key, path: `metadata.${key}`, rule }));
const known = Object.keys(rules).join(", ");

/** Everything that is wrong with the static metadata of a class. Its getters run in here, and may throw. */
export function metadataFaults(metadata: unknown): readonly string[] {
  if (!isObject(metadata)) return ["metadata is no object"];
  const faults: string[] = [];
  for (const { key, path, rule } of ruleList) rule(metadata[key], path, faults);
  for (const key of Object.keys(metadata)) {
    if (!Object.hasOwn(rules, key)) faults.push(`metadata.${key} ${unknownKeyMessage(key, known)}`);
  }
  return faults;
}

function must(isGood: (value: unknown) => boolean, fault: string): Rule {
  return (value, path, faults) => {
    if (!isGood(value)) faults.push(`${path} ${fault}`);
  };
}

function optional(rule: Rule): Rule {
  return (value, path, faults) => {
    if (value !== undefined) rule(value, path, faults);
  };
}

function listOf(rule: Rule): Rule {
  return (value, path, faults) => {
    if (!Array.isArray(value)) return void faults.push(`${path} is no list`);
    // By index, so that a hole in the list is looked at too.
    for (let index = 0; index < value.length; index++) rule(value[index], `${path}.${index}`, faults);
  };
}

function requirement(item: unknown, path: string, faults: string[]): void {
  if (!isObject(item) || !("key" in item)) return serviceKey(item, path, faults);
  serviceKey(item["key"], `${path}.key`, faults);
  const { range } = item;
  if (!isText(range) || validRange(range) === null) faults.push(`${path}.range is not a version range`);
}

function serviceKey(value: unknown, path: string, faults: string[]): void {
  if (!isObject(value)) return void faults.push(`${path} is not a service key`);
  const { name, version } = value;
  if (!isText(name) || !SERVICE_NAME.test(name)) return void faults.push(`${path}.name is not a service name`);
  if (!isVersion(version)) faults.push(`${path}.version is not a semantic version`);
}

function namesTwice(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2) return false;
  const names = new Set(value.map((key: unknown) => (isObject(key) ? key["name"] : undefined)));
  return names.size < value.length;
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
