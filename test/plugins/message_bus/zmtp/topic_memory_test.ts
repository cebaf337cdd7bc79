import assert from "node:assert/strict";
import { test } from "node:test";
import { TopicMemory } from "../../../../plugins/message_bus/zmtp/topic_memory.ts";

function topics(memory: TopicMemory, ...texts: readonly string[]): readonly (readonly [boolean, string])[] {
  return texts.map((text) => {
    const bytes = Buffer.from(`<${text}>`, "latin1");
    return [memory.turnTo(bytes, 1, bytes.length - 1), memory.topic];
  });
}

test("a topic is told to be another only when its bytes are", () => {
  assert.deepEqual(topics(new TopicMemory(), "a", "a", "ab", "a", "\xff", "\xff", ""), [
    [true, "a"],
    [false, "a"],
    [true, "ab"],
    [true, "a"],
    [true, "\xff"],
    [false, "\xff"],
    [true, ""],
  ]);
});

test("of what is longer than any topic its first 256 bytes alone are remembered", () => {
  const memory = new TopicMemory();
  const longest = "t".repeat(255);
  assert.deepEqual(topics(memory, longest, `${longest}u`, `${longest}uv`, `${longest}v`), [
    [true, longest],
    [true, `${longest}u`],
    [false, `${longest}u`],
    [true, `${longest}v`],
  ]);
});
