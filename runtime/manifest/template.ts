import type { TreeScalar } from "./tree.ts";

/** A piece of a scalar: text that stays, or a reference to fill in. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "env"; readonly name: string; readonly fallback: string | undefined }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "bad"; readonly problem: string };

const REFERENCE = /\$\$\{|\$\{(?:([^{}]*)\})?/gu;
const ENV = /^env:([A-Za-z_]\w*)(?::-(.*))?$/su;
const FILE = /^file:(.+)$/su;

// YAML 1.2.2, section 10.3.2, "Tag Resolution".
const NULL = /^(?:~|null|Null|NULL|)$/u;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/u;
const NUMBER = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+)$/u;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/u;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/u;

/** Whether a scalar holds an interpolation or an escaped one. */
export function isTemplate(text: string): boolean {
  return text.includes("${");
}

/** Splits a scalar at its `${env:NAME}`, `${env:NAME:-default}`, `${file:path}`; `$${` is a literal `${`. */
export function parseTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    parts.push(match[0] === "$${" ? { kind: "text", text: "${" } : parseReference(match[1]));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

/** What an unquoted scalar of this text means in YAML 1.2's core schema. */
export function readCoreScalar(text: string): TreeScalar["value"] {
  if (NULL.test(text)) return null;
  if (BOOLEAN.test(text)) return text.toLowerCase() === "true";
  if (NUMBER.test(text)) return Number(text);
  if (NOT_A_NUMBER.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  return text;
}

function parseReference(inner: string | undefined): Part {
  if (inner === undefined)
    return { kind: "bad", problem: "an interpolation has no closing brace, or another one inside" };
  const env = ENV.exec(inner);
  if (env?.[1] !== undefined) return { kind: "env", name: env[1], fallback: env[2] };
  const file = FILE.exec(inner);
  if (file?.[1] !== undefined) return { kind: "file", path: file[1] };
  return { kind: "bad", problem: "an interpolation is neither ${env:NAME}, ${env:NAME:-default} nor ${file:path}" };
}
