import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { secretSettings } from "../../../runtime/loader/secret_settings.ts";

const secret = v.pipe(v.string(), v.metadata({ writeOnly: true }));

function found(schema: StandardSchemaV1, value: unknown): Record<string, unknown> {
  return Object.fromEntries(secretSettings(schema, value).map(({ path, value: text }) => [path.join("."), text]));
}

/** As a library that speaks Standard JSON Schema answers it. */
function standard(jsonSchema: (options?: StandardJSONSchemaV1.Options) => unknown): StandardSchemaV1 {
  const validate = (value: unknown) => ({ value });
  return { "~standard": { version: 1, vendor: "test", validate, jsonSchema: { input: jsonSchema } } } as never;
}

test("secretSettings() finds what valibot's metadata marks as writeOnly or as a password, and nothing else", () => {
  const pin = v.pipe(v.string(), v.metadata({ title: "PIN", format: "password" }), v.minLength(4));
  const schema = v.strictObject({ key: secret, pin, open: v.pipe(v.string(), v.metadata({ title: "Open" })) });
  assert.deepEqual(found(schema, { key: "k", pin: "1234", open: "o" }), { key: "k", pin: "1234" });
  assert.deepEqual(found(schema, { open: "o" }), {});
});

test("secretSettings() looks inside every kind of valibot schema that holds others", () => {
  const schema = v.pipe(
    v.strictObject({
      maybe: v.optional(v.nullable(secret)),
      list: v.array(secret),
      pair: v.tuple([v.string(), secret]),
      map: v.record(v.string(), v.strictObject({ key: secret })),
      either: v.union([v.number(), v.strictObject({ key: secret })]),
      later: v.lazy(() => secret),
      whole: v.pipe(v.strictObject({ a: v.string() }), v.metadata({ writeOnly: true })),
      outer: v.pipe(secret, v.minLength(1)),
    }),
    v.readonly(),
  );
  const value = {
    maybe: "1",
    list: ["2", "3"],
    pair: ["no", "4"],
    map: { x: { key: "5" } },
    either: { key: "6" },
    later: "7",
    whole: { a: "8" },
    outer: "9",
  };
  assert.deepEqual(found(schema, value), {
    maybe: "1",
    "list.0": "2",
    "list.1": "3",
    "pair.1": "4",
    "map.x.key": "5",
    "either.key": "6",
    later: "7",
    whole: { a: "8" },
    outer: "9",
  });
});

test("secretSettings() reads Standard JSON Schema of other libraries, references included", () => {
  const schema = standard(() => ({
    properties: {
      key: { type: "string", writeOnly: true },
      open: { type: "string" },
      list: { items: { $ref: "#/$defs/a~1b" } },
      pair: { prefixItems: [{}, { format: "password" }] },
      map: { additionalProperties: { anyOf: [{ type: "null" }, { writeOnly: true }] } },
      round: { $ref: "#/$defs/round" },
    },
    $defs: { "a/b": { format: "password" }, round: { $ref: "#/$defs/round" } },
  }));
  const value = { key: "1", open: "o", list: ["2"], pair: ["no", "3"], map: { x: "4" }, round: "r" };
  assert.deepEqual(found(schema, value), { key: "1", "list.0": "2", "pair.1": "3", "map.x": "4" });
});

test("secretSettings() asks for a JSON Schema that leaves out what it cannot say", () => {
  const schema = standard((options) => {
    if (options?.libraryOptions?.["unrepresentable"] !== "any") throw new Error("a date cannot be represented");
    return { properties: { key: { writeOnly: true }, date: {} } };
  });
  assert.deepEqual(found(schema, { key: "1", date: "2026-01-01" }), { key: "1" });
});

test("secretSettings() hides all settings of a schema that has a JSON Schema and cannot tell it", () => {
  const throwing = standard(() => {
    throw new Error("cannot be written as JSON Schema");
  });
  assert.deepEqual(secretSettings(throwing, { key: "1" }), [{ path: [], value: undefined }]);
});

test("secretSettings() passes over a lazy schema that does not know the value", () => {
  const kinds: Record<string, v.GenericSchema> = { a: v.strictObject({ kind: v.literal("a"), key: secret }) };
  const one = v.lazy((input) => kinds[(input as { kind: string }).kind]!);
  const schema = v.strictObject({ x: v.nullable(one), y: one, key: secret });
  assert.deepEqual(found(schema, { x: null, y: { kind: "a", key: "1" }, key: "2" }), { "y.key": "1", key: "2" });
});

test("secretSettings() ends for a schema that refers to itself, however deep the value is", () => {
  const json: v.GenericSchema = v.lazy(() =>
    v.union([v.array(json), v.record(v.string(), json), v.array(json), v.strictObject({ key: secret, in: json })]),
  );
  const again = {
    anyOf: [{ items: { $ref: "#" } }, { items: { $ref: "#" } }, { properties: { key: { writeOnly: true } } }],
  };
  const endless = (): v.GenericSchema => v.lazy(endless);
  let value: unknown = { key: "1" };
  for (let depth = 0; depth < 30; depth++) value = [value];
  const path = `${"0.".repeat(30)}key`;
  assert.deepEqual(found(json, value), { [path]: "1" });
  assert.deepEqual(
    found(
      standard(() => again),
      value,
    ),
    { [path]: "1" },
  );
  assert.deepEqual(found(endless(), value), {});
});

test("secretSettings() takes the rest of a map or list for what is not named", () => {
  const schema = v.strictObject({
    map: v.objectWithRest({ open: v.string() }, secret),
    list: v.tupleWithRest([v.string()], secret),
  });
  const value = { map: { open: "o", more: "1" }, list: ["o", "2"] };
  assert.deepEqual(found(schema, value), { "map.more": "1", "list.1": "2" });
});

test("secretSettings() finds nothing in a schema that says nothing, whatever the settings are", () => {
  const silent = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  for (const schema of [silent, standard(() => undefined)]) {
    for (const value of [undefined, null, "text", { constructor: 1 }])
      assert.deepEqual(secretSettings(schema, value), []);
  }
});
