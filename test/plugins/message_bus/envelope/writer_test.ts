import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEnvelope } from "../../../../plugins/message_bus/envelope/message.ts";
import { type Envelope, EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { anyText, arbitraryEnvelope } from "./arbitrary_envelope.ts";
import { referenceEncode } from "./reference.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const plain: Envelope = { topic: "logs.a", id: "i", time: 1_700_000_000_123, source: "me", attributes: {} };

test("an envelope is written byte for byte as protobufjs writes it", () => {
  const writer = new EnvelopeWriter();
  fc.assert(
    fc.property(arbitraryEnvelope, (envelope) => {
      assert.equal(hex(writer.write(envelope)), hex(referenceEncode(envelope)));
    }),
    { numRuns: 500 },
  );
});

test("half of a surrogate pair becomes U+FFFD, where protobufjs may write what it refuses to read", () => {
  const writer = new EnvelopeWriter();
  fc.assert(
    fc.property(anyText, (given) => {
      const written = hex(writer.write({ ...plain, source: given, attributes: { given } }));
      const source = given.toWellFormed();
      assert.equal(written, hex(referenceEncode({ ...plain, source, attributes: { given: source } })));
    }),
  );
  const refused = referenceEncode({ ...plain, source: "\ud800" });
  assert.equal(readEnvelope("t", refused), undefined);
});

test("every length from nothing to more than the buffer held is written right", () => {
  for (const length of [0, 1, 127, 128, 3_000, 16_383, 16_384, 2_097_151, 2_097_152]) {
    const envelope = { ...plain, source: "s".repeat(length), payload: { type: "t", bytes: Buffer.alloc(length, 1) } };
    const written = new EnvelopeWriter().write(envelope);
    assert.ok(Buffer.from(written).equals(referenceEncode(envelope)), `${length} bytes`);
  }
});

test("envelopes are written into one buffer, and what a large one needed is given back by the next", () => {
  const writer = new EnvelopeWriter();
  const small = writer.write(plain).buffer;
  assert.equal(writer.write(plain).buffer, small);
  assert.notEqual(writer.write({ ...plain, source: "s".repeat(1_000_000) }).buffer, small);
  assert.equal(writer.write(plain).buffer.byteLength, small.byteLength);
});

test("an envelope without an id gets a random UUID of its own", () => {
  const writer = new EnvelopeWriter();
  const { id: _, ...unnamed } = plain;
  const ids = Array.from({ length: 1_000 }, () => {
    const written = new Uint8Array(writer.write(unnamed));
    const id = readEnvelope("t", written)?.id ?? "";
    assert.equal(hex(written), hex(referenceEncode({ ...plain, id })));
    return id;
  });
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, ids.length);
});
