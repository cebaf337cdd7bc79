import type { Position } from "../errors.ts";
import { HIDDEN, hideInlineSecrets } from "../log/secrets.ts";
import { isSensitiveKey } from "../log/sensitive_key.ts";

/** How much of a line a fault shows; a hostile file may be one line of four million characters. */
const LINE_LIMIT = 200;

const KEY = /([\w.-]+)(?:["']\s*:\s*|\s*:\s+)/gu;
/** A key at the end of a line, and what may follow it there: its value stands on the next lines. */
const OPEN_KEY = /^(\s*)(?:(?:- +)*)["']?([\w.-]+)["']?\s*:(?:\s|$)/u;
/** How far up the keys are looked for that a line belongs to. */
const LOOK_BACK = 200;
const DEFAULT = /(\$\{env:[A-Za-z_]\w*:-)[^{}]+/gu;
/** A reference without a default gives nothing away. */
const REFERENCE = /^["']?\$\{(?:env|file):[^{}:]+\}/u;

/** One text of a manifest: knows its name and the line and column of every offset. */
export class SourceFile {
  /** What faults call it: the file's last part, or `<text>`. */
  readonly name: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** 1-based line and column (UTF-16 units) of an offset. */
  positionAt(offset: number): Position {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    const index = lastNotAfter(starts, offset);
    const start = starts[index] ?? 0;
    const end = (starts[index + 1] ?? this.text.length + 1) - 1;
    const line = this.text.slice(start, Math.min(end, start + LINE_LIMIT)).replace(/\r$/u, "");
    return { file: this.name, line: index + 1, column: offset - start + 1, text: this.#shown(line, index) };
  }

  #shown(line: string, index: number): string {
    const indent = indentOf(line);
    if (this.#isBelowSecret(indent, line, index)) return `${line.slice(0, indent)}${HIDDEN}`;
    return hideInlineSecrets(withoutSecrets(line)).replace(DEFAULT, `$1${HIDDEN}`);
  }

  /** Whether the value of a key that names a secret goes on in this line: a longer text, a list, a map. */
  #isBelowSecret(indent: number, line: string, index: number): boolean {
    let inner = /^\s*-(?:\s|$)/u.test(line) ? indent + 1 : indent;
    for (let above = index - 1; above >= Math.max(0, index - LOOK_BACK) && inner > 0; above--) {
      const start = this.#lineStarts?.[above] ?? 0;
      const [, spaces, key] = OPEN_KEY.exec(this.text.slice(start, start + LINE_LIMIT).split("\n", 1)[0] ?? "") ?? [];
      if (spaces === undefined || key === undefined || spaces.length >= inner) continue;
      if (namesSecret(key)) return true;
      inner = spaces.length;
    }
    return false;
  }
}

/** A line as it may be shown: what follows a key that names a secret, also a misspelt password, is hidden. */
function withoutSecrets(line: string): string {
  for (const { 0: match, 1: key = "", index } of line.matchAll(KEY)) {
    const valueAt = index + match.length;
    if (namesSecret(key) && valueAt < line.length && !REFERENCE.test(line.slice(valueAt)))
      return `${line.slice(0, valueAt)}${HIDDEN}`;
  }
  return line;
}

function namesSecret(key: string): boolean {
  return isSensitiveKey(key) || /pas+w/iu.test(key);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last start that is not after `offset`, by bisection. */
function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
