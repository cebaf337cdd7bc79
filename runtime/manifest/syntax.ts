import type { ErrorCode as YamlErrorCode, YAMLError } from "yaml";
import type { Fault } from "../errors.ts";
import { textFault } from "./scan.ts";
import type { SourceFile } from "./source_file.ts";

type Wording = readonly [message: string, remedy: string];

/** Our own words for what the YAML library reports: its messages may quote the file, and so a secret. */
const wordings: Partial<Readonly<Record<YamlErrorCode, Wording>>> = {
  BAD_DQ_ESCAPE: ["a backslash begins no known escape", "Write \\\\ for a backslash, or use single quotes."],
  BAD_INDENT: ["the indentation does not fit", "Indent entries of one map or list by the same number of spaces."],
  BAD_SCALAR_START: ["a value begins with a character that YAML reserves", "Put the value in quotes."],
  BLOCK_AS_IMPLICIT_KEY: ["a map begins where only a value may stand", "Put a value that holds `: ` in quotes."],
  BLOCK_IN_FLOW: [
    "a block begins inside { } or [ ]",
    "Close the bracket first, or write the inner part in brackets too.",
  ],
  KEY_OVER_1024_CHARS: ["a key is longer than 1024 characters", "Shorten the key."],
  MISSING_CHAR: [
    "a closing quote, a bracket, a comma, a colon or a space is missing",
    "Add what is missing here or before.",
  ],
  MULTILINE_IMPLICIT_KEY: [
    "a key goes over more than one line, or its colon is missing",
    "Write `key: value` on one line.",
  ],
  TAB_AS_INDENT: ["a tab is used for indentation", "Indent with spaces."],
  UNEXPECTED_TOKEN: ["something stands where YAML does not expect it", "Look for a missing quote, colon or dash."],
};

const otherWording: Wording = ["the text is not valid YAML", "Correct the YAML at this place."];

export function syntaxFault(source: SourceFile, error: YAMLError): Fault {
  const [message, remedy] = wordings[error.code] ?? otherWording;
  return textFault(source, error.pos[0], "MANIFEST_SYNTAX", message, remedy);
}
