import { toJsonSchema } from "@valibot/to-json-schema";
import { manifestSchema } from "./manifest.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const interpolation: JsonObject = {
  type: "string",
  pattern: "\\$\\{",
  description: "Filled in when the manifest is read: ${env:NAME}, ${env:NAME:-default} or ${file:path}.",
};
const scalarTypes = ["string", "number", "integer", "boolean"];
const reference: JsonObject = { $ref: "#/definitions/interpolation" };

/** JSON Schema (draft 7) of the manifest for editors: the same rules, and `${...}` wherever a scalar stands. */
export function editorSchema(): JsonObject {
  // Actions JSON Schema has no word for, such as "is no list", are left out.
  const { $schema = "", ...schema } = toJsonSchema(manifestSchema, { errorMode: "ignore" });
  const root = admit(JSON.parse(JSON.stringify(schema)));
  if (!isObject(root)) throw new TypeError("The schema of the manifest is no object.");
  return { $schema, title: "Backplane manifest", ...root, definitions: { interpolation } };
}

/** The schema with interpolations admitted in it. */
function admit(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(admit);
  if (!isObject(schema)) return schema;
  if (isScalarSchema(schema)) return withInterpolation(schema, [schema]);
  const { anyOf } = schema;
  if (Array.isArray(anyOf) && anyOf.every(isScalarSchema)) return withInterpolation(schema, anyOf);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, admitAt(key, value)]));
}

function admitAt(key: string, value: Json): Json {
  // Keys are never interpolated, and defaults are no schemas.
  if (key === "propertyNames" || key === "default" || key === "required") return value;
  // So the library writes a rest that never fits.
  if (key === "additionalProperties" && isObject(value) && "not" in value) return false;
  if (key === "properties" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, admit(property)]));
  }
  return admit(value);
}

/** Description and default stay outside, where editors look for them. */
function withInterpolation(schema: JsonObject, choices: readonly Json[]): Json {
  const { description, default: fallback } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [...choices.map(bare), reference],
  };
}

function bare(schema: Json): Json {
  if (!isObject(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "description" && key !== "default"));
}

function isScalarSchema(schema: Json): boolean {
  return isObject(schema) && scalarTypes.some((type) => schema["type"] === type);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
