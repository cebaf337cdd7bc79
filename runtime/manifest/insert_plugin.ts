import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from "yaml";
import { plainValue } from "./check.ts";
import { blockAt, blockLines, flowText, type NewEntry } from "./entry_text.ts";
import { loadText } from "./load.ts";
import { scan } from "./scan.ts";
import { SourceFile } from "./source_file.ts";
import { composeDocument } from "./compose_tree.ts";

const PATH = ["core", "api_gateway", "plugins"] as const;

/**
 * The manifest's text with one more plugin, last in `core.api_gateway.plugins`. Everything that stands there stays as
 * it is: comments, order, style, line ends.
 * @returns undefined where it cannot be added so that the text reads as before, but for the entry
 */
export function insertPlugin(text: string, entry: NewEntry): string | undefined {
  const source = new SourceFile("<text>", text);
  const scanned = scan(source);
  const document = scanned.composable ? composeDocument(source, scanned.tokens) : undefined;
  if (document === undefined || document.errors.length > 0) return undefined;
  const edited = insertBelow(text, document.contents, entry);
  return edited !== undefined && readsAsBefore(text, edited, entry) ? edited : undefined;
}

/** Goes down the path as far as it is written, and adds there what is missing. */
function insertBelow(text: string, contents: unknown, entry: NewEntry): string | undefined {
  if (isEmpty(contents))
    return isWritten(contents) ? undefined : blockAt(text, text.length, blockLines(PATH, entry, 0, 2));
  let map = contents;
  for (const [depth, key] of PATH.entries()) {
    if (!isMap(map)) return undefined;
    const rest = PATH.slice(depth + 1);
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair === undefined) return addTo(text, map, [key, ...rest], entry);
    if (isEmpty(pair.value)) return fill(text, map, pair, rest, entry);
    map = pair.value;
  }
  return isMap(map) ? addTo(text, map, [], entry) : undefined;
}

function addTo(text: string, map: YAMLMap, keys: readonly string[], entry: NewEntry): string {
  const last = map.items.at(-1);
  if (map.flow === true) return addToFlow(text, map, last, flowText(keys, entry, isQuoted(text, map)));
  const column = columnOf(text, startOf(map.items[0]!.key));
  const lines = blockLines(keys, entry, column, indentStep(text));
  const at = endOfBlock(text, contentEnd(last!), column);
  // A block scalar at the end may keep blank lines: one more would change it.
  const isScalarEnd = text[contentEnd(last!) - 1] === "\n";
  return blockAt(text, at, hasGaps(text, map) && !isScalarEnd ? ["", ...lines] : lines);
}

function addToFlow(text: string, map: YAMLMap, last: Pair | undefined, added: string): string {
  if (last === undefined) {
    const at = map.range![0] + 1;
    return splice(text, at, at, text[at] === "}" ? ` ${added} ` : ` ${added}`);
  }
  const at = contentEnd(last);
  const lead = /\r?\n[ \t]*$/.exec(text.slice(0, startOf(last.key)))?.[0];
  const rest = /^([ \t]*,)?([ \t]*(?:#[^\n]*)?)(?=\r?\n)/.exec(text.slice(at));
  if (lead === undefined || rest === null) return splice(text, at, at, `, ${added}`);
  // One entry a line: the comment behind the last one stays with it.
  const [line, comma, comment] = rest;
  return splice(
    text,
    at,
    at + line.length,
    `${comma ?? ","}${comment}${lead}${added}${comma === undefined ? "" : ","}`,
  );
}

/** The value of `pair` is empty: it becomes a map. */
function fill(text: string, map: YAMLMap, { key, value }: Pair, keys: readonly string[], entry: NewEntry): string {
  const keyEnd = (key as Node).range![1];
  const bare = isWritten(value) ? withoutValue(text, keyEnd, (value as Node).range!) : text;
  if (map.flow === true) {
    const colon = /^\s*:/.exec(bare.slice(keyEnd))?.[0];
    const at = keyEnd + (colon ?? "").length;
    const filled = `{ ${flowText(keys, entry, isQuoted(text, map))} }`;
    return splice(bare, at, at, `${colon === undefined ? ":" : ""} ${filled}`);
  }
  const column = columnOf(text, startOf(key));
  const step = indentStep(text);
  return blockAt(bare, endOfBlock(bare, keyEnd, column + 1), blockLines(keys, entry, column + step, step));
}

/** A written null goes, with the spaces before it; a comment behind it stays. */
function withoutValue(text: string, keyEnd: number, [start, end]: readonly [number, number, number]): string {
  const before = text.slice(keyEnd, start).replace(/[ \t]+$/, "");
  return splice(text, keyEnd, end, before);
}

/** The start of the line after the block that ends at `end`: comments in its column or deeper belong to it. */
function endOfBlock(text: string, end: number, column: number): number {
  let at = lineStartAfter(text, end);
  for (let next = at; next < text.length;) {
    const line = text.slice(next, lineStartAfter(text, next + 1));
    const isComment = line.trimStart().startsWith("#");
    if (line.trim() !== "" && !(isComment && line.length - line.trimStart().length >= column)) break;
    next += line.length;
    if (isComment) at = next;
  }
  return at;
}

/** A block scalar ends where the next line begins already. */
function lineStartAfter(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

function contentEnd({ key, value }: Pair): number {
  if (isMap(value) && value.flow !== true && value.items.length > 0) return contentEnd(value.items.at(-1)!);
  if (isSeq(value) && value.flow !== true && value.items.length > 0)
    return itemEnd(value.items.at(-1), value.range![1]);
  const end = (key as Node).range![1];
  return isWritten(value) ? (value as Node).range![1] : Math.max(end, isScalar(value) ? value.range![0] : end);
}

function itemEnd(item: unknown, fallback: number): number {
  if (isMap(item) && item.flow !== true && item.items.length > 0) return contentEnd(item.items.at(-1)!);
  if (isSeq(item) && item.flow !== true && item.items.length > 0) return itemEnd(item.items.at(-1), fallback);
  return isScalar(item) || isMap(item) || isSeq(item) ? item.range![1] : fallback;
}

/** How much deeper a level is, as the file has it. */
function indentStep(text: string): number {
  return /^( +)[^ #\r\n]/m.exec(text)?.[1]?.length ?? 2;
}

/** Whether blank lines stand between the entries. */
function hasGaps(text: string, { items: [first, second] }: YAMLMap): boolean {
  return second !== undefined && /\n[ \t]*\r?\n/.test(text.slice(contentEnd(first!), startOf(second.key)));
}

/** Whether the keys around are quoted, as JSON has them. */
function isQuoted(text: string, map: YAMLMap): boolean {
  const key = map.items.at(-1)?.key;
  if (isScalar(key)) return key.type === Scalar.QUOTE_DOUBLE;
  return /"\s*:\s*$/.test(text.slice(0, map.range![0]));
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function startOf(key: unknown): number {
  return (key as Node).range![0];
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function isWritten(node: unknown): boolean {
  return node !== null && !(isScalar(node) && node.type === Scalar.PLAIN && node.source === "");
}

function splice(text: string, from: number, to: number, put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}

function readsAsBefore(before: string, after: string, { name, module }: NewEntry): boolean {
  const [old, now] = [loadText(before), loadText(after)];
  if (old.tree === undefined || now.tree === undefined || now.faults.length > 0) return false;
  const expected = [...PATH].reduceRight<(value: unknown) => unknown>(
    (inner, key) => (value) => ({
      ...(value as object | null),
      [key]: inner((value as Record<string, unknown> | null)?.[key]),
    }),
    (plugins) => ({ ...(plugins as object | null), [name]: { module } }),
  )(plainValue(old.tree));
  return JSON.stringify(plainValue(now.tree)) === JSON.stringify(expected);
}
