import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertTopic, isTopic, parsePattern, streamOf, toTopicWord } from "../../../plugins/message_bus/topic.ts";

const word = fc.stringMatching(/^[a-z0-9_-]{1,4}$/);
const words = fc.array(word, { minLength: 1, maxLength: 5 });
const separator = fc.constantFrom(".", "/");
const patternWords = fc.array(fc.oneof(word, fc.constant("*")), { minLength: 1, maxLength: 5 });

/** The rule in its plainest form, to compare with. */
function matchesByRule(pattern: readonly string[], topic: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return topic.length === 0;
  if (first === "*" && rest.length === 0) return topic.length >= 1;
  return topic.length > 0 && (first === "*" || first === topic[0]) && matchesByRule(rest, topic.slice(1));
}

/** A pattern and a topic that have a fair chance to meet. */
const meeting = fc.tuple(words, fc.array(fc.boolean(), { maxLength: 5 }), fc.boolean()).map(([topic, stars, cut]) => ({
  topic,
  pattern: topic.slice(0, cut ? 2 : 5).map((text, index) => (stars[index] === true ? "*" : text)),
}));

test("a pattern matches by word, with a final * for one word or more, in both spellings", () => {
  const pair = fc.oneof(meeting, fc.record({ topic: words, pattern: patternWords }));
  fc.assert(
    fc.property(pair, separator, separator, ({ topic, pattern }, s1, s2) => {
      assert.equal(parsePattern(pattern.join(s1)).matches(topic.join(s2)), matchesByRule(pattern, topic));
    }),
  );
});

test("every topic a pattern matches begins with one of the prefixes it subscribes", () => {
  fc.assert(
    fc.property(meeting, separator, separator, ({ topic, pattern }, s1, s2) => {
      const parsed = parsePattern(pattern.join(s1));
      const text = topic.join(s2);
      if (parsed.matches(text)) assert.ok(parsed.prefixes.some((prefix) => text.startsWith(prefix)));
    }),
  );
});

test("a pattern subscribes its literal words with the separator, in both spellings", () => {
  assert.deepEqual(parsePattern("logs.*").prefixes, ["logs.", "logs/"]);
  assert.deepEqual(parsePattern("logs/backend/*/v1").prefixes, ["logs.backend.", "logs/backend/"]);
  assert.deepEqual(parsePattern("a.b").prefixes, ["a.b", "a/b"]);
  assert.deepEqual(parsePattern("a").prefixes, ["a"]);
  assert.deepEqual(parsePattern("*").prefixes, [""]);
  assert.deepEqual(parsePattern("*.b").prefixes, [""]);
});

test("logs.* wants at least one word more", () => {
  assert.equal(parsePattern("logs.*").matches("logs"), false);
  assert.equal(parsePattern("logs.*").matches("logs/a/b"), true);
});

const notTopics = ["", ".", "a.", ".a", "a..b", "A", "a b", "a.b/c", "ä", "a.*", "*", "a\n", "x".repeat(256)];

for (const text of notTopics) {
  test(`${JSON.stringify(text.slice(0, 12))} is not a topic`, () => {
    assert.throws(() => assertTopic(text), { code: "BUS_TOPIC_INVALID" });
  });
}

test("the bus keeps the word _bus for itself", () => {
  assert.equal(isTopic("_bus.flush"), true);
  assert.throws(() => assertTopic("_bus.flush"), { code: "BUS_TOPIC_INVALID" });
});

for (const text of ["", "a.**", "a*", "a.*b", "a/*.b", "*.", "A.*", "x".repeat(256)]) {
  test(`${JSON.stringify(text.slice(0, 12))} is not a pattern`, () => {
    assert.throws(() => parsePattern(text), { code: "BUS_PATTERN_INVALID" });
  });
}

test("what is no string is neither a topic nor a pattern", () => {
  for (const value of [undefined, null, 5, {}, ["a"]]) {
    const message = /it is no string/;
    assert.throws(() => assertTopic(value as never), { code: "BUS_TOPIC_INVALID", message });
    assert.throws(() => parsePattern(value as never), { code: "BUS_PATTERN_INVALID", message });
  }
});

test("a topic may have 255 characters", () => {
  assertTopic("x".repeat(255));
});

test("any text becomes a topic's word", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const topic = toTopicWord(text);
      assert.ok(isTopic(topic) && !topic.includes(".") && !topic.includes("/"));
    }),
  );
});

test("a stream is the first word, told apart from the same word alone", () => {
  assert.equal(streamOf("logs/a/b"), "logs.");
  assert.equal(streamOf("logs.a"), "logs.");
  assert.equal(streamOf("logs"), "logs");
});
