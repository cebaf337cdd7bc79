import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { errorCatalogue } from "../runtime/errors.ts";

const tests = fileURLToPath(new URL(".", import.meta.url));
/** The log's tests make errors of their own to see how they read: that proves nothing about who throws them. */
const MAKE_THEIR_OWN = ["errors_test.ts", join("runtime", "log") + sep, "interop" + sep];
const CONSTRUCTED = /new BackplaneError\(\s*"[A-Z_]+"/g;
/** A code begins a string: alone, or followed by the place it was found at. */
const CODE = /["'`]([A-Z]+(?:_[A-Z0-9]+)*)(?=["'` ])/g;

let asserted: ReadonlySet<string>;

async function codesInTests(): Promise<ReadonlySet<string>> {
  const names = await readdir(tests, { recursive: true });
  const files = names.filter(
    (name) => /_(?:test|contract)\.ts$/.test(name) && !MAKE_THEIR_OWN.some((own) => name.startsWith(own)),
  );
  const sources = await Promise.all(files.map((name) => readFile(join(tests, name), "utf8")));
  const codes = sources.flatMap((source) => [...source.replaceAll(CONSTRUCTED, "").matchAll(CODE)]);
  return new Set(codes.map(([, code = ""]) => code));
}

before(async () => {
  asserted = await codesInTests();
});

test("every code of the catalogue is asserted by some test", () => {
  const missing = Object.keys(errorCatalogue).filter((code) => !asserted.has(code));
  assert.deepEqual(missing, []);
});

test("every code names its area and its problem", () => {
  const areas = "MANIFEST PLUGIN PLAN SERVICE RUNTIME GATEWAY DATABASE BUS CLI TEST".split(" ");
  const strange = Object.keys(errorCatalogue).filter(
    (code) => code !== "INTERNAL" && !areas.includes(code.split("_")[0] ?? ""),
  );
  assert.deepEqual(strange, []);
});
