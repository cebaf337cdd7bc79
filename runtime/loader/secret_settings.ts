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
  /** Schemas of an item of a list. */
  ofItem(node: Node, index: number): readonly unknown[];
  /** Schemas of a value of a map. */
  ofKey(node: Node, key: string): readonly unknown[];
}

/** Deeper than any manifest; ends a schema that makes new ones of itself without going into the value. */
const DEPTH = 64;

/** So that what JSON Schema cannot say is left out, and does not hide what is said of the others: zod, ArkType, valibot. */
const LENIENT = { unrepresentable: "any", fallback: ({ base }: Node) => base, errorMode: "ignore" };

/**
 * Finds the values that a schema marks with JSON Schema's `writeOnly: true` or `format: "password"`: in valibot
 * `v.metadata({ writeOnly: true })`, in other libraries what they answer as Standard JSON Schema.
 */
export function secretSettings(schema: StandardSchemaV1, value: unknown): readonly SecretSetting[] {
  const found: SecretSetting[] = [];
  const known = readerOf(schema);
  // Nobody knows what it would mark. To look for all these values in every text would hide harmless words.
  if (known === "unknown") return [{ path: [], value: undefined }];
  if (known !== undefined) collect(known.reader, [known.root], value, [], found);
  return found;
}

interface Known {
  readonly reader: SchemaReader;
  readonly root: unknown;
}

/** Undefined for a schema that cannot mark anything, "unknown" for one that could and fails to tell. */
function readerOf(schema: StandardSchemaV1): Known | "unknown" | undefined {
  const standard: StandardSchemaV1.Props & Readonly<Record<string, unknown>> = { ...schema["~standard"] };
  if (standard.vendor === "valibot") return { reader: valibot, root: schema };
  const { jsonSchema } = standard;
  if (!isNode(jsonSchema) || typeof jsonSchema["input"] !== "function") return undefined;
  try {
    const root: unknown = jsonSchema["input"]({ target: "draft-2020-12", libraryOptions: LENIENT });
    return isNode(root) ? { reader: jsonReader(root), root } : undefined;
  } catch {
    return "unknown";
  }
}

/** Goes to each value once, with all the schemas that may be meant for it, so that a recursive schema takes no exponential time. */
function collect(
  reader: SchemaReader,
  schemas: readonly unknown[],
  value: unknown,
  path: SecretSetting["path"],
  found: SecretSetting[],
): void {
  if (value === undefined || path.length > DEPTH) return;
  const nodes = allBeside(reader, schemas, value);
  if (nodes.some((node) => reader.marks(node))) {
    found.push({ path, value });
  } else if (nodes.length > 0 && Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const inner = nodes.flatMap((node) => reader.ofItem(node, index));
      collect(reader, inner, item, [...path, index], found);
    }
  } else if (nodes.length > 0 && isNode(value)) {
    for (const [key, item] of Object.entries(value)) {
      const inner = nodes.flatMap((node) => reader.ofKey(node, key));
      collect(reader, inner, item, [...path, key], found);
    }
  }
}

function allBeside(reader: SchemaReader, schemas: readonly unknown[], value: unknown): readonly Node[] {
  const all = new Set<Node>();
  let added = new Set(schemas);
  for (let depth = 0; added.size > 0 && depth <= DEPTH; depth++) {
    const nodes = [...added].filter((node) => isNode(node)).filter((node) => !all.has(node));
    for (const node of nodes) all.add(node);
    added = new Set(nodes.flatMap((node) => reader.beside(node, value)));
  }
  return [...all];
}

const valibot: SchemaReader = {
  marks: ({ pipe }) =>
    list(pipe).some((part) => isNode(part) && isNode(part["metadata"]) && isSecret(part["metadata"])),
  beside: ({ wrapped, options, pipe, getter }, value) => [
    wrapped,
    ...list(options),
    ...list(pipe),
    later(getter, value),
  ],
  ofItem: ({ items, item, rest }, index) => [own(items, index) ?? rest, item],
  ofKey: ({ entries, value, rest }, key) => [own(entries, key) ?? rest, value],
};

/** The schema of `v.lazy()`, undefined for a value that is none of those it knows. */
function later(getter: unknown, value: unknown): unknown {
  try {
    return typeof getter === "function" ? (getter(value) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function jsonReader(root: Node): SchemaReader {
  return {
    marks: isSecret,
    beside: ({ anyOf, oneOf, allOf, $ref }) => [...list(anyOf), ...list(oneOf), ...list(allOf), referred(root, $ref)],
    ofItem: ({ prefixItems, items }, index) => [own(prefixItems, index) ?? items],
    ofKey: ({ properties, additionalProperties }, key) => [own(properties, key) ?? additionalProperties],
  };
}

/** `#`, or `#/$defs/name` with the escapes of RFC 6901. */
function referred(root: Node, reference: unknown): unknown {
  if (reference === "#") return root;
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
