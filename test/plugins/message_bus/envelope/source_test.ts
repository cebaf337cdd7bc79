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

test("of any bytes that a receiver takes for an envelope the source is the one it reads, or they are not taken", () => {
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
      const source = sourceOf(bytes, 0, bytes.length);
      assert.equal(source ?? message.source, message.source);
      const has = hasSource(bytes, 0, bytes.length, Buffer.from(message.source));
      assert.equal(has, source !== undefined && message.source !== "");
    }),
    { numRuns: 2_000 },
  );
});

test("of several sources the last counts, an empty one too", () => {
  const bytes = Uint8Array.from(metadataWith("first", "last"));
  assert.equal(sourceOf(bytes, 0, bytes.length), "last");
  assert.equal(hasSource(bytes, 0, bytes.length, Buffer.from("first")), false);
  const emptied = Uint8Array.from(metadataWith("first", ""));
  assert.equal(sourceOf(emptied, 0, emptied.length), "");
  assert.equal(hasSource(emptied, 0, emptied.length, Buffer.from("first")), false);
});

test("an envelope that some decoder reads another source from has none", () => {
  const own = [0x1a, 3, ...Buffer.from("own")];
  const other = [0x1a, 3, ...Buffer.from("cli")];
  const metadata = (...fields: number[]): number[] => [0x0a, fields.length, ...fields];
  const lies = {
    "source of four bytes, in which a decoder that does not look at types sees a text": metadata(
      ...own,
      ...[0x1d, 3, ...Buffer.from("cli")],
    ),
    "a payload of eight bytes, in which it sees metadata": [...metadata(...own), 0x11, 0, ...metadata(...other)],
    "a timestamp with a text for seconds": metadata(...own, 0x12, 3, 0x0a, 1, 0x78),
    "a timestamp whose field goes over its end": [...metadata(...own, 0x12, 2, 0x7a, 7), ...metadata(...other)],
    "an attribute with a number for a name": metadata(...own, 0x32, 2, 0x08, 1),
    "an attribute whose field goes over its end": metadata(...own, 0x32, 2, 0x7a, 5, ...other),
    "a payload whose field goes over its end": [...metadata(...own), 0x12, 2, 0x7a, 7, ...metadata(...other)],
    "a version of another type": metadata(...own, 0x28, 1),
    "a length in nine bytes": metadata(0x1a, 0x83, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, ...Buffer.from("own")),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const bytes = Uint8Array.from(lie);
    assert.equal(hasSource(bytes, 0, bytes.length, Buffer.from("own")), false, name);
    assert.equal(sourceOf(bytes, 0, bytes.length), undefined, name);
  }
});

test("what is no envelope, or cut off, has no source", () => {
  const whole = Uint8Array.from([...metadataWith("me"), 0x12, 0x02, 0x0a, 0x00]);
  const boundaries = [0, metadataWith("me").length, whole.length];
  for (let end = 0; end < whole.length; end += 1) {
    const expected = boundaries.includes(end) && end > 0;
    assert.equal(sourceOf(whole, 0, end) === "me", expected, `cut at ${end}`);
    assert.equal(hasSource(whole, 0, end, Buffer.from("me")), expected, `cut at ${end}`);
  }
  for (const hex of ["0a", "00", "0a03ff1a00", "0a041a02c328"]) {
    assert.equal(sourceOf(Buffer.from(hex, "hex"), 0, hex.length / 2), undefined);
  }
});
