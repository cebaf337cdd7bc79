import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { secretSettings } from "../../../runtime/loader/secret_settings.ts";

const secret = v.pipe(v.string(), v.metadata({ writeOnly: true }));

function found(schema: StandardSchemaV1, value: unknown): Record<string, unknown> {
  return Object.fromEntries(secretSettings(schema, value).map(({ path, value: text }) => [path.join("."), text]));
}

/** As a library that speaks Standard JSON Schema answers it. */
function standard(jsonSchema: () => unknown): StandardSchemaV1 {
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

test("secretSettings() finds nothing in a schema that says nothing, whatever the settings are", () => {
  const silent = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  const throwing = standard(() => {
    throw new Error("cannot be written as JSON Schema");
  });
  for (const schema of [silent, throwing, standard(() => undefined)]) {
    for (const value of [undefined, null, "text", { constructor: 1 }])
      assert.deepEqual(secretSettings(schema, value), []);
  }
});
