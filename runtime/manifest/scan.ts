import { CST, Lexer, Parser } from "yaml";
import type { ErrorCode, Fault } from "../errors.ts";
import { type Limits, limits } from "./limits.ts";
import type { SourceFile } from "./source_file.ts";

export interface Scan {
  /** The library's concrete syntax, ready to be composed. */
  readonly tokens: readonly CST.Token[];
  readonly faults: readonly Fault[];
  /** False when composing would be unsafe, or could only repeat what `faults` already says. */
  readonly composable: boolean;
}

// YAML 1.2.2, section 5.1: what a stream may not contain unescaped. NUL is one of them.
const CONTROL = /[^\P{Cc}\t\n\r\u0085]|[\ufffe\uffff]/u;

// YAML 1.2.2, section 5.7. Checked here because the library makes one Error object for each bad one.
const ESCAPE = /\\(?:[0abt\tnvfre "/\\N_LP\r\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})?/gu;

const forbiddenFeatures: Readonly<Record<string, string>> = {
  anchor: "an anchor (&)",
  alias: "an alias (*)",
  tag: "a tag (!)",
  "directive-line": "a directive (%)",
};

/**
 * Reads a text token by token, without recursion, and refuses what could harm the parser or mislead the reader:
 * control characters, depth, number of nodes, anchors, aliases, tags, directives, a second document.
 */
export function scan(source: SourceFile, most: Limits = limits): Scan {
  const control = CONTROL.exec(source.text);
  if (control) {
    const name = control[0] === "\0" ? "a NUL character" : "a control character";
    const remedy = 'Remove it, or write it as an escape such as "\\x1b" in double quotes.';
    return refuse(textFault(source, control.index, "MANIFEST_FORBIDDEN_FEATURE", `${name} stands in the file`, remedy));
  }
  return new Scanner(source, most).run();
}

/** A fault of the text itself: it has a place but no path. */
export function textFault(source: SourceFile, offset: number, code: ErrorCode, message: string, remedy: string): Fault {
  return { code, path: [], message: `${message}.`, remedy, position: source.positionAt(offset) };
}

function refuse(fault: Fault): Scan {
  return { tokens: [], faults: [fault], composable: false };
}

class Scanner {
  readonly #source: SourceFile;
  readonly #most: Limits;
  readonly #faults: Fault[] = [];
  readonly #tokens: CST.Token[] = [];
  readonly #parser = new Parser();
  #offset = 0;
  #lexemes = 0;
  /** Nodes seen so far, counted twice over: by what is written, and by the signs that announce one. Both are lower bounds. */
  #written = 0;
  #announced = 0;
  /** The lexer announces the text of a scalar by a marker; that text must not be taken for a sign. */
  #textFollows = false;
  #previousText = "";
  #composable = true;

  constructor(source: SourceFile, most: Limits) {
    this.#source = source;
    this.#most = most;
  }

  run(): Scan {
    for (const lexeme of new Lexer().lex(this.#source.text)) {
      if (!this.#admits(lexeme)) return { tokens: [], faults: this.#faults, composable: false };
      for (const token of this.#parser.next(lexeme)) this.#tokens.push(token);
      if (!this.#shallow()) return { tokens: [], faults: this.#faults, composable: false };
    }
    for (const token of this.#parser.end()) this.#tokens.push(token);
    this.#checkDocuments();
    return { tokens: this.#tokens, faults: this.#faults, composable: this.#composable };
  }

  /** Counts one lexeme and checks it; false: stop here. */
  #admits(lexeme: string): boolean {
    const type = this.#textFollows ? "text" : CST.tokenType(lexeme);
    this.#textFollows = type === "scalar";
    this.#check(type, lexeme);
    if (type !== "scalar" && type !== "doc-mode" && type !== "flow-error-end") {
      this.#offset += lexeme.length;
      this.#previousText = type === "text" ? lexeme : "";
    }
    return this.#withinLimits() && this.#faults.length < this.#most.faults;
  }

  #check(type: CST.TokenType | "text" | null, lexeme: string): void {
    const feature = type === null ? undefined : forbiddenFeatures[type];
    if (feature !== undefined) {
      this.#fault("MANIFEST_FORBIDDEN_FEATURE", `${feature} is not allowed in a manifest`, "Write the value out.");
    }
    if (type === "double-quoted-scalar") this.#checkEscapes(lexeme);
    if (type === "flow-map-start" && this.#previousText.endsWith("$")) {
      this.#composable = false;
      const remedy = 'Quote it: "${...}".';
      this.#fault("MANIFEST_INTERPOLATION", "inside { } or [ ] an interpolation must be quoted", remedy, -1);
    }
    if (isNodeStart(type)) this.#written++;
    if (type === "seq-item-ind" || type === "map-value-ind" || type === "comma") this.#announced++;
  }

  #checkEscapes(quoted: string): void {
    for (const { 0: escape, index } of quoted.matchAll(ESCAPE)) {
      if (escape.length > 1) continue;
      this.#composable = false;
      const remedy = "Write \\\\ for a backslash, or use single quotes.";
      this.#fault("MANIFEST_SYNTAX", "a backslash begins no known escape", remedy, index);
      return;
    }
  }

  #withinLimits(): boolean {
    if (++this.#lexemes > this.#most.lexemes) {
      const remedy = "Remove comments and blank lines, or split the data off into a file of the plugin's own.";
      this.#fault("MANIFEST_TOO_MANY_NODES", `the file has more than ${this.#most.lexemes} words and signs`, remedy);
      return false;
    }
    if (Math.max(this.#written, this.#announced) <= this.#most.nodes) return true;
    this.#faults.push(tooManyNodes(this.#source, this.#offset, this.#most));
    return false;
  }

  #shallow(): boolean {
    const { stack } = this.#parser;
    const top = stack.at(-1)?.type;
    const isCollection = top === "block-map" || top === "block-seq" || top === "flow-collection";
    if (!isCollection || stack.length - 1 <= this.#most.depth) return true;
    this.#fault("MANIFEST_TOO_DEEP", `the nesting is deeper than ${this.#most.depth} levels`, "Flatten it.", -1);
    return false;
  }

  #checkDocuments(): void {
    const second = this.#tokens.filter((token) => token.type === "document")[1];
    if (!second) return;
    const remedy = "Keep one document in the file: remove this `---` and what follows it.";
    this.#faults.push(
      textFault(this.#source, second.offset, "MANIFEST_FORBIDDEN_FEATURE", "a second document begins here", remedy),
    );
  }

  #fault(code: ErrorCode, message: string, remedy: string, shift = 0): void {
    this.#faults.push(textFault(this.#source, this.#offset + shift, code, message, remedy));
  }
}

export function tooManyNodes(source: SourceFile, offset: number, most: Limits): Fault {
  const message = `the file has more than ${most.nodes} nodes`;
  return textFault(source, offset, "MANIFEST_TOO_MANY_NODES", message, "Keep bulk data in a file of the plugin's own.");
}

function isNodeStart(type: CST.TokenType | "text" | null): boolean {
  return (
    type === "scalar" ||
    type === "single-quoted-scalar" ||
    type === "double-quoted-scalar" ||
    type === "flow-map-start" ||
    type === "flow-seq-start"
  );
}
