/** More terms than anybody types; each costs a look-up. */
const MAX_TERMS = 32;

/**
 * What a person types into a search box as an FTS5 expression: words that must all be there, `"a phrase"` as it
 * stands, `word*` as a beginning. Every other character is searched for literally, so no text is a syntax error.
 * @returns undefined when there is nothing to search for
 */
export function searchExpression(text: string): string | undefined {
  const terms: string[] = [];
  // NUL would end the expression inside SQLite.
  for (const match of text
    .toWellFormed()
    .replaceAll("\0", " ")
    .matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    const term = match[1] ?? match[0];
    if (!/[\p{L}\p{N}\p{Co}]/u.test(term)) continue;
    const isPrefix = match[1] === undefined && term.endsWith("*");
    terms.push(`"${term.replace(/\*+$/, "")}"${isPrefix ? " *" : ""}`);
    if (terms.length === MAX_TERMS) break;
  }
  return terms.length === 0 ? undefined : terms.join(" ");
}
