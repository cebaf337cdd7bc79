const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof COLOURS;

/** Colours a text, or leaves it alone where colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (colour, text) => `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;

/** Colour is for terminals, and not for people who said no (no-color.org). */
export function wantsColour(stream: { readonly isTTY?: boolean }, variables: NodeJS.ProcessEnv): boolean {
  const refused = variables["NO_COLOR"];
  return stream.isTTY === true && (refused === undefined || refused === "") && variables["TERM"] !== "dumb";
}

/**
 * A text that came from elsewhere, as a terminal may get it: control and format characters but newline and tab are
 * shown as `\u{1b}`.
 */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\n\t]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Lines of `label  text`, the texts under one another and wrapped; facts without a text are left out. */
export function formatFacts(
  facts: readonly (readonly [label: string, text: string | undefined])[],
  paint: Paint,
  width: number,
): string[] {
  const labelWidth = facts.reduce(
    (most, [label, text]) => (text === undefined ? most : Math.max(most, label.length)),
    0,
  );
  const indent = labelWidth + 4;
  return facts.flatMap(([label, text]) => {
    if (text === undefined) return [];
    const [first = "", ...rest] = wrap(printable(text), width - indent);
    const gap = " ".repeat(labelWidth - label.length + 2);
    return [`  ${paint("dim", label)}${gap}${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
  });
}

/** Breaks between words; a word that is longer stays whole. Too narrow a terminal is left to wrap by itself. */
export function wrap(text: string, width: number): string[] {
  if (width < 20) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** One cell of a table: a text, or a text and its colour. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** Rows with their columns aligned to the left, or to the right where the heading begins with `>`. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const heads = headings.map((heading) => ({ text: heading.replace(/^>/, ""), right: heading.startsWith(">") }));
  const widths = heads.map(({ text }, column) =>
    rows.reduce((width, row) => Math.max(width, textOf(row[column]).length), text.length),
  );
  const line = (cells: readonly Cell[]): string =>
    heads.map(({ right }, column) => align(cells[column] ?? "", widths[column] ?? 0, right, paint)).join("  ");
  const head = line(heads.map(({ text }) => ({ text, colour: "bold" as const })));
  return [head, ...rows.map(line)].map((text) => text.trimEnd()).join("\n");
}

function align(cell: Cell, width: number, right: boolean, paint: Paint): string {
  const text = textOf(cell);
  const gap = " ".repeat(Math.max(0, width - text.length));
  const shown = typeof cell === "string" || text === "" ? text : paint(cell.colour, text);
  return right ? gap + shown : shown + gap;
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return printable(typeof cell === "string" ? cell : cell.text);
}
