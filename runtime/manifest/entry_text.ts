/** A plugin's entry as it is written into a manifest. */
export interface NewEntry {
  readonly name: string;
  readonly module: string;
}

/** The entry on lines of its own, below keys that are not written yet. */
export function blockLines(keys: readonly string[], entry: NewEntry, column: number, step: number): readonly string[] {
  const words = [...keys, entry.name].map((key) => `${key}:`);
  return [...words, `module: ${entry.module}`].map((word, depth) => " ".repeat(column + depth * step) + word);
}

/** The same on one line, for inside { }. */
export function flowText(keys: readonly string[], { name, module }: NewEntry, quoted: boolean): string {
  const word = (text: string): string => (quoted ? JSON.stringify(text) : text);
  const entry = `${word(name)}: { ${word("module")}: ${word(module)} }`;
  return keys.reduceRight((inner, key) => `${word(key)}: { ${inner} }`, entry);
}

/** Puts whole lines in at the start of a line, with the line ends that the text has. */
export function blockAt(text: string, at: number, lines: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, at);
  const open = before !== "" && !before.endsWith("\n") ? eol : "";
  return before + open + lines.map((line) => line + eol).join("") + text.slice(at);
}
