import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AttributeReader, GapCounter, isEndMark } from "../../../plugins/message_bus/gap_counter.ts";
import { SequenceNumbers } from "../../../plugins/message_bus/sequence.ts";
import { streamOf } from "../../../plugins/message_bus/topic.ts";

interface Sent {
  readonly topic: string;
  readonly attributes: Record<string, string>;
}

const BEFORE = 1_000_000;
const topic = fc.constantFrom("logs.a", "logs/b/c", "logs", "sensors.x", "sensors.y.z");

function readerOf(attributes: Readonly<Record<string, string>>): AttributeReader {
  return { attribute: (name) => attributes[name] };
}

function note(counter: GapCounter, name: string, attributes: Readonly<Record<string, string>>): void {
  counter.note(streamOf(name), readerOf(attributes));
}

function send(numbers: SequenceNumbers, topics: readonly string[]): Sent[] {
  return topics.map((name) => {
    const attributes: Record<string, string> = {};
    numbers.stamp(name, attributes);
    numbers.advance(name);
    return { topic: name, attributes };
  });
}

test("received + gaps = published, whichever messages are lost", () => {
  const fate = fc.array(fc.tuple(topic, fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(fate, (fates) => {
      const numbers = new SequenceNumbers(BEFORE + 1);
      const sent = send(
        numbers,
        fates.map(([name]) => name),
      );
      const counter = new GapCounter();
      counter.cover("", BEFORE);
      const arrived = sent.filter((_, index) => fates[index]?.[1]);
      for (const message of [...arrived, ...numbers.endMarks()]) note(counter, message.topic, message.attributes);
      assert.equal(arrived.length + counter.gaps, sent.length);
    }),
  );
});

test("a subscription of logs.* counts the stream logs. and no other", () => {
  const numbers = new SequenceNumbers(BEFORE + 1);
  const sent = send(numbers, ["logs.a", "logs/b", "sensors.x", "sensors.y", "logs.c", "logs", "logs"]);
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  for (const index of [0, 3, 4, 6]) note(counter, sent[index]?.topic ?? "", sent[index]?.attributes ?? {});
  assert.equal(counter.gaps, 1);
});

test("a subscription of part of a stream counts nothing: the rest is other people's", () => {
  const numbers = new SequenceNumbers(BEFORE + 1);
  const sent = send(numbers, ["logs.a.x", "logs.b.x", "logs.a.x"]);
  const counter = new GapCounter();
  counter.cover("logs.a.", BEFORE);
  for (const index of [0, 2]) note(counter, sent[index]?.topic ?? "", sent[index]?.attributes ?? {});
  assert.equal(counter.gaps, 0);
});

test("of a publisher older than the subscription, counting starts at the first message seen", () => {
  const sent = send(new SequenceNumbers(BEFORE - 1), ["logs.a", "logs.a", "logs.a", "logs.a", "logs.a"]);
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  for (const index of [2, 4]) note(counter, "logs.a", sent[index]?.attributes ?? {});
  assert.equal(counter.gaps, 1);
});

test("what was sent while nobody here subscribed is no gap", () => {
  const sent = send(new SequenceNumbers(BEFORE + 1), ["logs.a", "logs.a", "logs.a", "logs.a"]);
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  note(counter, "logs.a", sent[0]?.attributes ?? {});
  counter.uncover("logs.");
  note(counter, "logs.a", sent[1]?.attributes ?? {});
  counter.cover("logs.", BEFORE + 10);
  note(counter, "logs.a", sent[3]?.attributes ?? {});
  assert.equal(counter.gaps, 0);
});

test("an end mark alone tells that all was lost", () => {
  const numbers = new SequenceNumbers(BEFORE + 1);
  send(numbers, ["logs.a", "logs.a"]);
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  const [mark] = numbers.endMarks();
  assert.ok(mark !== undefined && isEndMark(readerOf(mark.attributes)));
  assert.equal(mark.topic, "logs._end");
  note(counter, mark.topic, mark.attributes);
  assert.equal(counter.gaps, 2);
});

test("an end mark that comes twice counts once", () => {
  const numbers = new SequenceNumbers(BEFORE + 1);
  send(numbers, ["logs.a", "logs.a"]);
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  for (const { topic: name, attributes } of [...numbers.endMarks(), ...numbers.endMarks()])
    note(counter, name, attributes);
  assert.equal(counter.gaps, 2);
});

test("attributes that are no numbers of ours are ignored", () => {
  const counter = new GapCounter();
  counter.cover("", BEFORE);
  for (const seq of ["-1", "0", "1e9", "9999999999999999999", "x", ""]) note(counter, "logs.a", { epoch: "e", seq });
  note(counter, "logs.a", { seq: "7" });
  note(counter, "logs.a", { epoch: "foreign", seq: "7" });
  assert.equal(counter.gaps, 0);
});

test("memory of streams is bounded, and what was forgotten is no gap", () => {
  const counter = new GapCounter();
  counter.cover("", BEFORE);
  const publishers = Array.from({ length: 5_000 }, (_, index) => new SequenceNumbers(BEFORE + 1 + index));
  for (const publisher of publishers) {
    const [message] = send(publisher, ["logs.a"]);
    note(counter, "logs.a", message?.attributes ?? {});
  }
  const lastOf = (publisher: SequenceNumbers | undefined): Record<string, string> =>
    (publisher === undefined
      ? []
      : send(
          publisher,
          Array.from({ length: 9 }, () => "logs.a"),
        )
    ).at(-1)?.attributes ?? {};
  note(counter, "logs.a", lastOf(publishers[0]));
  assert.equal(counter.gaps, 0, "the oldest was forgotten and begins anew");
  note(counter, "logs.a", lastOf(publishers[4_999]));
  assert.equal(counter.gaps, 8);
});

test("an epoch longer than any real one is not remembered", () => {
  const counter = new GapCounter();
  counter.cover("logs.", BEFORE);
  const epoch = "e".repeat(65);
  for (const seq of ["1", "5"]) note(counter, "logs.a", { epoch, seq });
  assert.equal(counter.gaps, 0);
  for (const seq of ["1", "5"]) note(counter, "logs.a", { epoch: epoch.slice(1), seq });
  assert.equal(counter.gaps, 3);
});
