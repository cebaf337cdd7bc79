import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Interest } from "../../../plugins/message_bus/interest.ts";
import { systemClock } from "../../../runtime/clock.ts";

const text = fc.stringMatching(/^[ab.]{0,4}$/);

test("hears() a topic exactly when one of the prefixes begins it", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.boolean())), text, (updates, topic) => {
      const interest = new Interest("id", systemClock);
      const prefixes = new Set<string>();
      for (const [prefix, active] of updates) {
        interest.update(prefix, active);
        if (active) prefixes.add(prefix);
        else prefixes.delete(prefix);
      }
      assert.equal(
        interest.hears(topic),
        [...prefixes].some((prefix) => topic.startsWith(prefix)),
      );
    }),
  );
});

test("breaks counts how often the broker was there and is gone", () => {
  const interest = new Interest("id", systemClock);
  interest.update(interest.ownTopic, false);
  assert.equal(interest.breaks, 0, "it never was there");
  for (const active of [true, false, false, true, false]) interest.update(interest.ownTopic, active);
  assert.equal(interest.breaks, 2);
});
