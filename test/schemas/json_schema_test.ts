import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { editorSchema } from "../../schemas/json_schema.ts";

const committed = readFileSync(new URL("../../schemas/core.schema.json", import.meta.url), "utf8");
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(editorSchema());

const gateway = (rest: string) => validate(parse(`core: { api_gateway: { plugins: {}, ${rest} } }`));
const entry = (text: string) => validate(parse(`core: { api_gateway: { plugins: { a: ${text} } } }`));

describe("The schema for editors", () => {
  test("is the committed file: else run `npx tsx schemas/generate_json_schema.ts`", () => {
    assert.equal(committed, `${JSON.stringify(editorSchema(), null, 2)}\n`);
  });

  test("accepts config/core.yaml", () => {
    const text = readFileSync(new URL("../../config/core.yaml", import.meta.url), "utf8");
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  });

  test("accepts ${...} wherever a scalar stands", () => {
    assert.ok(gateway('port: "${env:PORT}", allow_unauthenticated: "${env:A}", allowed_hosts: ["${env:H}"]'));
    assert.ok(gateway('bind: { message_bus: "${env:BUS}" }'));
    assert.ok(entry('{ enabled: "${env:A:-true}", priority: "${env:P}", timeouts: { stop_ms: "${env:T}" } }'));
    assert.ok(!gateway('port: "8771"'));
    assert.ok(!entry('{ priority: "$high" }'));
  });

  test("accepts an empty plugin entry, and maps whose settings are all commented out", () => {
    assert.ok(entry("null"));
    assert.ok(entry("{ timeouts: null, config: null, depends_on: null }"));
    assert.ok(validate({ core: { system: null, api_gateway: { plugins: null } } }));
  });

  test("refuses unknown keys, wrong names and wrong values", () => {
    assert.ok(!gateway("prot: 1"));
    assert.ok(!gateway("port: 70000"));
    assert.ok(!entry("{ priority: 1001 }"));
    assert.ok(!entry("{ module: /etc/x }"));
    assert.ok(!validate({ core: { api_gateway: { plugins: { Upper: {} } } } }));
    assert.ok(!validate({ core: { api_gateway: {} } }));
  });

  test("describes every setting, for that is what editors show", () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties, anyOf, additionalProperties } = schema as Record<string, unknown>;
      for (const [name, property] of Object.entries(properties ?? {})) {
        const texts = JSON.stringify([property, ...((property as { anyOf?: object[] }).anyOf ?? [])]);
        if (!texts.includes('"description"')) undescribed.push(`${path}.${name}`);
        visit(property, `${path}.${name}`);
      }
      for (const choice of Array.isArray(anyOf) ? anyOf : []) visit(choice, path);
      visit(additionalProperties, `${path}.*`);
    };
    visit(editorSchema(), "");
    assert.deepEqual(undescribed, []);
  });
});
