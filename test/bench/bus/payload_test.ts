import assert from "node:assert/strict";
import { test } from "node:test";
import { aico } from "../../../schemas/generated/aico_core.js";
import { envelopeOf, oneFrame, twoFrames } from "./payload.ts";

test("envelopeOf() is an AicoMessage of exactly so many bytes that tells its source", () => {
  for (const size of [64, 1_024]) {
    const bytes = envelopeOf(size);
    assert.equal(bytes.length, size);
    assert.equal(aico.core.AicoMessage.decode(bytes).metadata?.source, "bench");
  }
});

test("oneFrame() begins with the topic that twoFrames() has as its first", () => {
  const [topic] = twoFrames(64);
  const [frame] = oneFrame(64);
  assert.equal(frame!.length / 2, 64);
  assert.ok(frame!.startsWith(topic!));
});
