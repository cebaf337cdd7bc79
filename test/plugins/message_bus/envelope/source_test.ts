import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEnvelope } from "../../../../plugins/message_bus/envelope/message.ts";
import { hasSource, sourceOf } from "../../../../plugins/message_bus/envelope/source.ts";
import { EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { arbitraryEnvelope, text } from "./arbitrary_envelope.ts";

const metadataWith = (...sources: string[]): number[] =>
  sources.flatMap((source) => [0x0a, source.length + 2, 0x1a, source.length, ...Buffer.from(source)]);

test("the source is the one a receiver reads, wherever in the bytes the envelope lies", () => {
  const writer = new EnvelopeWriter();
  fc.assert(
    fc.property(arbitraryEnvelope, text, fc.nat(50), (envelope, other, before) => {
      const written = writer.write(envelope);
      const [start, end] = [before, before + written.length];
      const chunk = new Uint8Array(end + 20).fill(0x1a);
      chunk.set(written, start);
      assert.equal(sourceOf(chunk, start, end) ?? "", envelope.source);
      assert.equal(hasSource(chunk, start, end, Buffer.from(envelope.source)), envelope.source !== "");
      assert.equal(hasSource(chunk, start, end, Buffer.from(other)), other === envelope.source && other !== "");
    }),
  );
});

test("of any bytes that a receiver takes for an envelope the source is the one it reads", () => {
  const field = fc.oneof(
    fc.string({ maxLength: 5, unit: "grapheme-ascii" }).map((source) => metadataWith(source)),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => [...bytes]),
    fc.constant([0x3b, 0x08, 0x01, 0x3c]),
  );
  fc.assert(
    fc.property(fc.array(field, { maxLength: 5 }), (fields) => {
      const bytes = Uint8Array.from(fields.flat());
      const message = readEnvelope("t", bytes);
      if (message === undefined) return;
      assert.equal(sourceOf(bytes, 0, bytes.length) ?? "", message.source);
      assert.equal(hasSource(bytes, 0, bytes.length, Buffer.from(message.source)), message.source !== "");
    }),
    { numRuns: 2_000 },
  );
});

test("of several sources the last counts, an empty one too", () => {
  const bytes = Uint8Array.from(metadataWith("first", "last"));
  assert.equal(sourceOf(bytes, 0, bytes.length), "last");
  assert.equal(hasSource(bytes, 0, bytes.length, Buffer.from("first")), false);
  const emptied = Uint8Array.from(metadataWith("first", ""));
  assert.equal(sourceOf(emptied, 0, emptied.length), undefined);
  assert.equal(hasSource(emptied, 0, emptied.length, Buffer.from("first")), false);
});

test("what is no envelope, or cut off, has no source", () => {
  const whole = Uint8Array.from([...metadataWith("me"), 0x12, 0x02, 0x0a, 0x00]);
  const boundaries = [0, metadataWith("me").length, whole.length];
  for (let end = 0; end < whole.length; end += 1) {
    const expected = boundaries.includes(end) && end > 0;
    assert.equal(sourceOf(whole, 0, end) === "me", expected, `cut at ${end}`);
    assert.equal(hasSource(whole, 0, end, Buffer.from("me")), expected, `cut at ${end}`);
  }
  for (const hex of ["", "0a", "00", "0a03ff1a00", "0a041a02c328"]) {
    assert.equal(sourceOf(Buffer.from(hex, "hex"), 0, hex.length / 2), undefined);
  }
});
