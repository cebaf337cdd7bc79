import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { plainValue } from "../../../runtime/manifest/check.ts";
import { BackplaneError, errorCatalogue } from "../../../runtime/errors.ts";
import { formatFault } from "../../../runtime/manifest/faults.ts";
import { loadText } from "../../../runtime/manifest/load.ts";
import { readManifest } from "../../../runtime/manifest/read.ts";

const example = readFileSync(new URL("../../../config/core.yaml", import.meta.url), "utf8");

/** Accepted, or refused with coded faults that can be printed; anything else fails the test. */
async function read(text: string): Promise<void> {
  try {
    await readManifest({ source: { text, baseDir: "/base" }, environment: { HOME: "/home/somebody" } });
  } catch (error) {
    assert.ok(error instanceof BackplaneError, String(error));
    assert.equal(error.code, "MANIFEST_INVALID");
    assert.ok(error.faults.length > 0);
    for (const fault of error.faults) {
      assert.ok(fault.code in errorCatalogue);
      assert.ok(formatFault(fault).includes(fault.remedy.slice(0, 3)));
    }
  }
}

const signs = Array.from("&*!%@`{}[],:?-#|>'\"\\\n\t ~$<=\0\u2028\ufeff\ud800");
const sign = fc.constantFrom(...signs, "${", "- ", ": ", "? ", "---\n", "...\n", "<<: ");

describe("Any text is either read or refused with coded faults:", () => {
  test("signs in any order", async () => {
    const text = fc.array(fc.oneof(sign, fc.constantFrom("a", "core", "1", "${env:HOME}")), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, (parts) => read(parts.join(""))),
      { numRuns: 120 },
    );
  });

  test("the default manifest with pieces cut out, doubled and put in", async () => {
    const edit = fc.record({
      at: fc.nat(example.length),
      cut: fc.nat(40),
      put: fc.oneof(sign, fc.string({ maxLength: 10 }), fc.constantFrom("  ", "\n    plugins:\n", "[".repeat(40))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) =>
        read(edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), example)),
      ),
      { numRuns: 120 },
    );
  });

  test("any values under the known keys", async () => {
    const leaf = fc.jsonValue({ maxDepth: 2 });
    const document = fc.record({
      core: fc.record({
        system: fc.dictionary(fc.constantFrom("name", "environment", "data_dir", "log", "attribution"), leaf),
        api_gateway: fc.dictionary(fc.constantFrom("host", "port", "allowed_hosts", "bind", "plugins", "x"), leaf),
      }),
    });
    await fc.assert(
      fc.asyncProperty(document, (value) => read(JSON.stringify(value))),
      { numRuns: 120 },
    );
  });
});

test("Any JSON value is read as it is, from block style and from JSON", () => {
  const safeKey = fc.string({ maxLength: 8 }).filter((key) => !["__proto__", "constructor", "prototype"].includes(key));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", maxDepth: 6 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.dictionary(safeKey, tie("value"), { maxKeys: 5, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (original) => {
      for (const text of [
        JSON.stringify(original),
        stringify(original, { schema: "core", aliasDuplicateObjects: false }),
      ]) {
        if (text.includes("${")) continue;
        const { tree, faults } = loadText(text);
        // DEL and the C1 controls are legal in JSON and not in YAML.
        if (/[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/u.test(text)) return;
        assert.deepEqual(faults, []);
        assert.deepEqual(tree && plainValue(tree), original);
      }
    }),
  );
});
