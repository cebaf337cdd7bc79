import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A value of a plugin's settings that its schema marks as secret. */
export interface SecretSetting {
  /** Below `config`. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

type Node = Readonly<Record<string, unknown>>;

/** How a library writes down what JSON Schema calls `writeOnly` and `format: password`. */
interface SchemaReader {
  marks(node: Node): boolean;
  /** Schemas of the same value. */
  beside(node: Node, value: unknown): readonly unknown[];
  /** Schemas of a value inside. */
  below(node: Node, key: string | number): readonly unknown[];
}

/** Deeper than any manifest; ends a schema that refers to itself without going into the value. */
const DEPTH = 64;

/**
 * Finds the values that a schema marks with JSON Schema's `writeOnly: true` or `format: "password"`: in valibot
 * `v.metadata({ writeOnly: true })`, in other libraries what they answer as Standard JSON Schema.
 */
export function secretSettings(schema: StandardSchemaV1, value: unknown): readonly SecretSetting[] {
  const found: SecretSetting[] = [];
  const known = readerOf(schema);
  if (known !== undefined) collect(known.reader, known.root, value, [], found);
  return found;
}

function readerOf(schema: StandardSchemaV1): { readonly reader: SchemaReader; readonly root: unknown } | undefined {
  const standard: StandardSchemaV1.Props & Readonly<Record<string, unknown>> = { ...schema["~standard"] };
  if (standard.vendor === "valibot") return { reader: valibot, root: schema };
  const { jsonSchema } = standard;
  if (!isNode(jsonSchema) || typeof jsonSchema["input"] !== "function") return undefined;
  try {
    const root: unknown = jsonSchema["input"]({ target: "draft-2020-12" });
    return isNode(root) ? { reader: jsonReader(root), root } : undefined;
  } catch {
    // A schema that has no JSON Schema marks nothing.
    return undefined;
  }
}

function collect(
  reader: SchemaReader,
  node: unknown,
  value: unknown,
  path: SecretSetting["path"],
  found: SecretSetting[],
  depth = 0,
): void {
  if (!isNode(node) || value === undefined || depth > DEPTH) return;
  if (reader.marks(node)) {
    found.push({ path, value });
    return;
  }
  for (const other of reader.beside(node, value)) collect(reader, other, value, path, found, depth + 1);
  if (typeof value !== "object" || value === null) return;
  const inner: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  for (const [key, item] of inner) {
    for (const other of reader.below(node, key)) collect(reader, other, item, [...path, key], found, depth + 1);
  }
}

const valibot: SchemaReader = {
  marks: ({ pipe }) =>
    list(pipe).some((part) => isNode(part) && isNode(part["metadata"]) && isSecret(part["metadata"])),
  beside: ({ wrapped, options, pipe, getter }, value) => [
    wrapped,
    ...list(options),
    ...list(pipe),
    ...(typeof getter === "function" ? [getter(value) as unknown] : []),
  ],
  below: ({ entries, item, value, items, rest }, key) => [own(entries, key), own(items, key), item, value, rest],
};

function jsonReader(root: Node): SchemaReader {
  return {
    marks: isSecret,
    beside: ({ anyOf, oneOf, allOf, $ref }) => [...list(anyOf), ...list(oneOf), ...list(allOf), referred(root, $ref)],
    below: ({ properties, additionalProperties, items, prefixItems }, key) => [
      own(properties, key),
      own(prefixItems, key),
      additionalProperties,
      items,
    ],
  };
}

/** `#/$defs/name`, with the escapes of RFC 6901. */
function referred(root: Node, reference: unknown): unknown {
  if (typeof reference !== "string" || !reference.startsWith("#/")) return undefined;
  const keys = reference.slice(2).split("/");
  return keys.reduce<unknown>((node, key) => own(node, key.replaceAll("~1", "/").replaceAll("~0", "~")), root);
}

function isSecret(metadata: Node): boolean {
  return metadata["writeOnly"] === true || metadata["format"] === "password";
}

function own(container: unknown, key: string | number): unknown {
  return isNode(container) && Object.hasOwn(container, key) ? container[key] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}
