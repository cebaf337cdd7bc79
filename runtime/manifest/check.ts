import * as v from "valibot";
import { unknownKeyMessage } from "../../schemas/building_blocks.ts";
import { manifestSchema, type ManifestDocument } from "../../schemas/manifest.ts";
import type { ErrorCode, Fault } from "../errors.ts";
import { makeFault, quote } from "./faults.ts";
import type { ManifestSource } from "./manifest.ts";
import { readCoreScalar } from "./template.ts";
import type { Tree } from "./tree.ts";

const UNPRINTED: Readonly<Record<string, string>> = {
  Object: "a map",
  Array: "a list",
  null: "empty",
};

/** The document when it fits the schema, and every fault when not. */
export function checkDocument(
  tree: Tree,
  source: ManifestSource,
): { document: ManifestDocument | undefined; faults: readonly Fault[] } {
  const result = v.safeParse(manifestSchema, plainValue(tree));
  if (result.success) return { document: result.output, faults: [] };
  return { document: undefined, faults: result.issues.map((issue) => issueFault(issue, source)) };
}

/** The tree as plain values, for a schema. */
export function plainValue(tree: Tree): unknown {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(plainValue);
  const plain: Record<string, unknown> = {};
  // No key reaches into the object's prototype: such keys are refused before.
  tree.entries.forEach(({ value }, key) => void (plain[key] = plainValue(value)));
  return plain;
}

function issueFault(issue: v.BaseIssue<unknown>, source: ManifestSource): Fault {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  const code = codeOf(issue);
  if (code === "MANIFEST_MISSING_KEY") return makeFault(source, code, path, "is missing.", "Add this key.");
  if (code === "MANIFEST_UNKNOWN_KEY") {
    const message = unknownKeyMessage(String(path.at(-1)), issue.message);
    return makeFault(source, code, path, `${message}.`, "Correct the key's spelling, or remove it.");
  }
  if (issue.path?.at(-1)?.origin === "key") {
    return makeFault(source, code, path, `this key ${issue.message}.`, "Choose such a name.");
  }
  const hidden = source.isHidden(path);
  const received = hidden ? "" : `; it is ${shown(issue)}`;
  return makeFault(source, code, path, `${issue.message}${received}.`, remedyFor(issue, hidden));
}

/** YAML's own traps have their own remedy: a number in quotes, and the `yes` of YAML 1.1. */
function remedyFor({ input, message }: v.BaseIssue<unknown>, hidden: boolean): string {
  if (typeof input === "string") {
    if (message.endsWith("true or false") && /^(?:yes|no|on|off)$/iu.test(input))
      return "YAML 1.2 knows only true and false.";
    if (input !== "" && typeof readCoreScalar(input) !== "string") {
      const unquoted = "Remove the quotes: a quoted value is always a string.";
      return hidden ? `${unquoted} Inside { } or [ ], where they are needed, write it on a line of its own.` : unquoted;
    }
  }
  return `Write ${message.replace(/^must be /u, "")}.`;
}

function codeOf(issue: v.BaseIssue<unknown>): ErrorCode {
  if (issue.type === "never") return "MANIFEST_UNKNOWN_KEY";
  if (issue.type === "object_with_rest" && issue.received === "undefined" && issue.path) return "MANIFEST_MISSING_KEY";
  return "MANIFEST_INVALID_VALUE";
}

function shown(issue: v.BaseIssue<unknown>): string {
  if (typeof issue.input === "string") return quote(issue.input);
  return UNPRINTED[issue.received] ?? issue.received;
}
