import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { parseTemplate, readCoreScalar } from "../../../runtime/manifest/template.ts";

function textOf(template: string): string {
  return parseTemplate(template)
    .map((part) => (part.kind === "text" ? part.text : assert.fail(`unexpected ${part.kind} part`)))
    .join("");
}

describe("parseTemplate()", () => {
  test("splits a scalar at its references", () => {
    assert.deepEqual(parseTemplate("http://${env:HOST}:${env:PORT:-80}/${file:run/x y}"), [
      { kind: "text", text: "http://" },
      { kind: "env", name: "HOST", fallback: undefined },
      { kind: "text", text: ":" },
      { kind: "env", name: "PORT", fallback: "80" },
      { kind: "text", text: "/" },
      { kind: "file", path: "run/x y" },
    ]);
  });

  test("takes $${ as a literal ${", () => {
    assert.equal(textOf("$${env:HOME} costs $5 and $$6"), "${env:HOME} costs $5 and $$6");
  });

  test("gives back any text whose ${ are escaped", () => {
    const text = fc
      .array(fc.constantFrom("$", "{", "}", "env:", "file:", "A", ":-", " "))
      .map((parts) => parts.join(""));
    fc.assert(fc.property(text, (original) => assert.equal(textOf(original.replaceAll("${", "$$${")), original)));
  });

  test("reports what is neither env nor file", () => {
    for (const bad of [
      "${}",
      "${HOME}",
      "${env:}",
      "${env:1X}",
      "${env:A-b}",
      "${file:}",
      "${env:A",
      "${env:A:-${env:B}}",
    ]) {
      assert.ok(
        parseTemplate(bad).some(({ kind }) => kind === "bad"),
        bad,
      );
    }
  });

  test("allows an empty default", () => {
    assert.deepEqual(parseTemplate("${env:A:-}"), [{ kind: "env", name: "A", fallback: "" }]);
  });
});

describe("readCoreScalar()", () => {
  test("reads a text as the YAML library reads it unquoted", () => {
    const known = fc.constantFrom(
      "",
      "~",
      "null",
      "NULL",
      "true",
      "False",
      "yes",
      "0x1F",
      "0o17",
      "1e3",
      ".5",
      "-.inf",
      "+1.",
      ".NaN",
      "-0",
    );
    const numberLike = fc.stringMatching(/^[-+0-9.xoeEainf]{1,8}$/u).filter((text) => !/^[-?.]+$|^-\s/u.test(text));
    fc.assert(
      fc.property(fc.oneof(known, numberLike), (text) => {
        assert.deepEqual(readCoreScalar(text), parse(text, { schema: "core" }) ?? null);
      }),
    );
  });
});
