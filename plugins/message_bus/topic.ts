import { BackplaneError } from "../../mod.ts";

/** Words with dots or with slashes between them, one kind in a topic. */
const TOPIC = /^[a-z0-9_-]+(?:(?:\.[a-z0-9_-]+)+|(?:\/[a-z0-9_-]+)+)?$/;
const PATTERN = /^(?:[a-z0-9_-]+|\*)(?:(?:\.(?:[a-z0-9_-]+|\*))+|(?:\/(?:[a-z0-9_-]+|\*))+)?$/;
/** What a topic may begin with: whole words, then a part of one or nothing. */
const BEGINNING = /^(?:[a-z0-9_-]*|(?:[a-z0-9_-]+\.)+[a-z0-9_-]*|(?:[a-z0-9_-]+\/)+[a-z0-9_-]*)$/;
const SEPARATOR = /[./]/;
/** Of a topic, in characters. */
export const MAX_LENGTH = 255;
/** The bus's own traffic: nobody else publishes there, and no handler sees it. */
const INTERNAL_WORD = "_bus";

/** A pattern made ready: see "Topics" in docs/bus.md. */
export interface TopicPattern {
  readonly text: string;
  /** What is subscribed at the broker, for both spellings: a superset of what matches. */
  readonly prefixes: readonly string[];
  matches(topic: string): boolean;
  /** Whether some topic that begins so matches. */
  mayBegin(prefix: string): boolean;
}

export function isTopic(text: string): boolean {
  return typeof text === "string" && text.length <= MAX_LENGTH && TOPIC.test(text);
}

/** Whether it is a pattern, and none of the bus's own topics. */
export function isForeignPattern(text: string): boolean {
  return text.length <= MAX_LENGTH && PATTERN.test(text) && !isInternal(text);
}

export function isInternal(topic: string): boolean {
  return firstWord(topic) === INTERNAL_WORD;
}

/** @throws BUS_TOPIC_INVALID for what is no topic, or one of the bus's own */
export function assertTopic(text: string): void {
  if (isTopic(text) && !isInternal(text)) return;
  throw new BackplaneError("BUS_TOPIC_INVALID", `Cannot use "${abridge(text)}" as a topic: ${faultOf(text)}.`, {
    remedy:
      "Write words of a-z, 0-9, _ and - with dots between them, at most 255 characters, for example logs.system.git.",
    details: { topic: abridge(text) },
  });
}

/**
 * Compiles a pattern. A `*` stands for one word, at the end for one or more, alone for everything. Both spellings of
 * a topic match, whichever the pattern uses.
 * @throws BUS_PATTERN_INVALID
 */
export function parsePattern(text: string): TopicPattern {
  if (typeof text !== "string" || text.length > MAX_LENGTH || !PATTERN.test(text)) {
    throw new BackplaneError("BUS_PATTERN_INVALID", `Cannot subscribe to "${abridge(text)}": ${faultOf(text)}.`, {
      remedy: "Write a topic with * for one word or, at the end, for everything below: logs.*, sensors.*.state, or *.",
      details: { pattern: abridge(text) },
    });
  }
  const words = text.split(SEPARATOR);
  return {
    text,
    prefixes: prefixesOf(words),
    matches: (topic) => matchesWords(words, topic.split(SEPARATOR)),
    mayBegin: (prefix) => isBeginning(prefix) && reaches(words, prefix.split(SEPARATOR)),
  };
}

/** The word a stream of sequence numbers belongs to, with a dot when more words follow: `logs.` for `logs/a/b`. */
export function streamOf(topic: string): string {
  const word = firstWord(topic);
  return word.length === topic.length ? word : `${word}.`;
}

/** Any text as one word of a topic. */
export function toTopicWord(text: string): string {
  const word = text.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "_");
  return word === "" ? "_" : word.slice(0, 64);
}

function firstWord(topic: string): string {
  const end = topic.search(SEPARATOR);
  return end === -1 ? topic : topic.slice(0, end);
}

function prefixesOf(words: readonly string[]): readonly string[] {
  const wildcard = words.indexOf("*");
  if (wildcard === 0) return [""];
  const literal = wildcard === -1 ? words : [...words.slice(0, wildcard), ""];
  return literal.length === 1 ? [literal.join()] : [literal.join("."), literal.join("/")];
}

function matchesWords(pattern: readonly string[], topic: readonly string[]): boolean {
  const open = pattern.at(-1) === "*";
  if (open ? topic.length < pattern.length : topic.length !== pattern.length) return false;
  return pattern.every((word, index) => word === "*" || word === topic[index]);
}

function isBeginning(text: string): boolean {
  return text.length <= MAX_LENGTH && BEGINNING.test(text);
}

/** Whether a topic of the pattern can begin with these words, of which the last may be a part of one. */
function reaches(pattern: readonly string[], beginning: readonly string[]): boolean {
  const open = pattern.at(-1) === "*";
  if (beginning.length > pattern.length && !open) return false;
  const last = beginning.length - 1;
  return beginning.every((text, index) => {
    const word = pattern[index] ?? "*";
    return word === "*" || (index === last ? word.startsWith(text) : word === text);
  });
}

function faultOf(text: unknown): string {
  if (typeof text !== "string") return "it is no string";
  if (text === "") return "it is empty";
  if (text.length > MAX_LENGTH) return `it has ${text.length} characters, and 255 are allowed`;
  if (text.includes(".") && text.includes("/")) return "it mixes dots and slashes";
  if (isTopic(text) && isInternal(text)) return `the word ${INTERNAL_WORD} is kept for the bus itself`;
  return "it is not lower-case words with separators between them";
}

function abridge(given: unknown): string {
  const text = String(given);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
