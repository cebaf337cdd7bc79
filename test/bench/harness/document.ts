/** One part of a document that a run rewrites: the lines between its two markers. */
export interface Section {
  readonly name: string;
  readonly text: string;
}

/**
 * Puts each text between `<!-- bench:<name> -->` and `<!-- /bench:<name> -->`; all else stays as it is.
 * @throws when the document lacks a marker
 */
export function rewriteSections(document: string, sections: readonly Section[]): string {
  return sections.reduce((changed, { name, text }) => {
    const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const [from, to] = [changed.indexOf(open), changed.indexOf(close)];
    if (from < 0 || to < from) throw new Error(`the document has no ${open} followed by ${close}`);
    return `${changed.slice(0, from + open.length)}\n\n${text}\n\n${changed.slice(to)}`;
  }, document);
}
