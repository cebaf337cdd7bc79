import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logEntry, type MessageType } from "../../../../plugins/message_bus/contract.ts";
import { readEnvelope, type ReceivedMessage } from "../../../../plugins/message_bus/envelope/message.ts";
import { type Envelope, EnvelopeWriter } from "../../../../plugins/message_bus/envelope/writer.ts";
import { line } from "../test_broker.ts";
import { arbitraryEnvelope } from "./arbitrary_envelope.ts";
import { contentsOf, type Contents, referenceDecode, referenceEncode } from "./reference.ts";

const base = { topic: "logs.a", id: "0190a5d6-0000-7000-8000-000000000000", time: 1_700_000_000_123, source: "me" };

function bytesOf(envelope: Partial<Envelope>): Uint8Array {
  return new Uint8Array(new EnvelopeWriter().write({ ...base, attributes: {}, ...envelope }));
}

function messageOf(envelope: Partial<Envelope>): ReceivedMessage {
  const message = readEnvelope("t", bytesOf(envelope));
  assert.ok(message !== undefined);
  return message;
}

/** The same contents, or refused by both. */
function assertAsReference(bytes: Uint8Array): void {
  const message = readEnvelope("t", bytes);
  const contents: Contents | undefined = message === undefined ? undefined : contentsOf(message);
  assert.deepEqual(contents, referenceDecode(bytes), Buffer.from(bytes).toString("hex"));
}

function head(tag: number, length: number): number[] {
  return length < 128 ? [tag, length] : [tag, (length & 127) | 128, length >> 7];
}

/** Fields that no version of the envelope has, or has with another wire type; groups too. */
const unknownField = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0x38, 0x58, 0x08, 0x10, 0x28),
      fc.array(fc.integer({ min: 128, max: 255 }), { maxLength: 12 }),
      fc.nat(127),
    )
    .map(([tag, more, last]) => [tag, ...more, last]),
  fc
    .tuple(fc.constantFrom(0x39, 0x09), fc.uint8Array({ minLength: 8, maxLength: 8 }))
    .map(([tag, bytes]) => [tag, ...bytes]),
  fc
    .tuple(fc.constantFrom(0x3d, 0x15), fc.uint8Array({ minLength: 4, maxLength: 4 }))
    .map(([tag, bytes]) => [tag, ...bytes]),
  fc
    .tuple(fc.constantFrom(0x3a, 0x7a), fc.uint8Array({ maxLength: 20 }))
    .map(([tag, bytes]) => [...head(tag, bytes.length), ...bytes]),
  fc
    .tuple(fc.constantFrom(3, 11), fc.uint8Array({ maxLength: 5 }))
    .map(([group, bytes]) => [0x38 + (group % 8), ...head(0x12, bytes.length), ...bytes, 0x3c]),
);

/** Parts of an envelope in any order, repeated, with unknown fields between them. */
const chunk: fc.Arbitrary<number[]> = fc
  .letrec<Record<"message" | "metadata" | "timestamp" | "attribute" | "any" | "text" | "number", number[]>>((tie) => ({
    text: fc
      .oneof(
        { weight: 9, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }).map((t) => [...Buffer.from(t)]) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((b) => [...b]) },
      )
      .map((bytes) => [bytes.length, ...bytes]),
    number: fc
      .oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300_000_000_000n }))
      .map((value) => varint(value)),
    timestamp: parts([0x08, tie("number")], [0x10, tie("number")]),
    attribute: parts([0x0a, tie("text")], [0x12, tie("text")]),
    metadata: parts(
      [0x0a, tie("text")],
      [0x12, tie("timestamp")],
      [0x1a, tie("text")],
      [0x22, tie("text")],
      [0x2a, tie("text")],
      [0x32, tie("attribute")],
    ),
    any: parts([0x0a, tie("text")], [0x12, tie("text")]),
    message: parts([0x0a, tie("metadata")], [0x12, tie("any")]),
  }))
  .message.map((bytes) => bytes.slice(bytes[0]! < 128 ? 1 : 2));

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

/** A message made of the fields, each with its length in front, with its own length in front. */
function parts(...fields: [tag: number, value: fc.Arbitrary<number[]>][]): fc.Arbitrary<number[]> {
  const field = fc.oneof(
    ...fields.map(([tag, value]) => ({ weight: 3, arbitrary: value.map((bytes) => [tag, ...bytes]) })),
    { weight: 1, arbitrary: unknownField },
  );
  return fc.array(field, { maxLength: 6 }).map((given) => {
    const bytes = given.flat();
    return [...varint(BigInt(bytes.length)), ...bytes];
  });
}

test("an envelope is read as protobufjs reads it", () => {
  fc.assert(fc.property(arbitraryEnvelope, (envelope) => assertAsReference(referenceEncode(envelope))));
});

test("repeated, merged, reordered and unknown fields are read as protobufjs reads them", () => {
  fc.assert(
    fc.property(chunk, (bytes) => assertAsReference(Uint8Array.from(bytes))),
    { numRuns: 2_000 },
  );
});

test("bytes that were tampered with are refused exactly where protobufjs refuses them", () => {
  const change = fc.tuple(fc.constantFrom("set", "cut", "insert", "drop"), fc.nat(), fc.integer({ min: 0, max: 255 }));
  const valid = fc.oneof(
    chunk.map((bytes) => Uint8Array.from(bytes)),
    arbitraryEnvelope.map(referenceEncode),
  );
  fc.assert(
    fc.property(valid, fc.array(change, { minLength: 1, maxLength: 3 }), (bytes, changes) => {
      let tampered = [...bytes.subarray(0, 2_000)];
      for (const [kind, place, byte] of changes) {
        const at = place % (tampered.length + 1);
        if (kind === "set") tampered[at] = byte;
        else if (kind === "cut") tampered = tampered.slice(0, at);
        else tampered.splice(at, kind === "drop" ? 1 : 0, ...(kind === "drop" ? [] : [byte]));
      }
      assertAsReference(Uint8Array.from(tampered));
    }),
    { numRuns: 3_000 },
  );
});

test("random bytes are refused exactly where protobufjs refuses them", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), assertAsReference), { numRuns: 2_000 });
});

for (const [what, hex] of [
  ["a length beyond the end", "0aff01"],
  ["text that is not UTF-8", "0a040a02c328"],
  ["an encoded surrogate", "0a050a03eda080"],
  ["a field with the number 0", "0000"],
  ["a wire type that does not exist", "3e00"],
  ["a group without an end", "3b0800"],
  ["the end of a group that did not begin", "3c"],
  ["the end of another group", "3b44"],
  ["groups in 102 groups", "3b".repeat(102) + "3c".repeat(102)],
  ["a tag of more than 32 bits", "ffffffff7f00"],
  ["a length of more than 31 bits", "0a8080808008"],
  ["a number of eleven bytes", "0a0e120c08" + "80".repeat(10) + "00"],
] as const) {
  test(`an envelope with ${what} is refused, as by protobufjs`, () => {
    assert.equal(readEnvelope("t", Buffer.from(hex, "hex")), undefined);
    assert.equal(referenceDecode(Buffer.from(hex, "hex")), undefined);
  });
}

test("the field numbers are those other programs speak", () => {
  // metadata(1){ id(1)="i" timestamp(2){seconds(1)=1} source(3)="s" type(4)="t" version(5)="1" attributes(6){k:v} }
  // any_payload(2){ type_url(1)="type.googleapis.com/a.B" value(2)=00 }
  const metadata = "0a0169120208011a01732201742a013132060a016b120176";
  const any = "0a17" + Buffer.from("type.googleapis.com/a.B").toString("hex") + "120100";
  const length = (hex: string): string => (hex.length / 2).toString(16).padStart(2, "0");
  const message = readEnvelope("t", Buffer.from(`0a${length(metadata)}${metadata}12${length(any)}${any}`, "hex"));
  assert.ok(message !== undefined);
  assert.deepEqual(contentsOf(message), {
    id: "i",
    time: 1_000,
    source: "s",
    type: "a.B",
    attributes: { k: "v" },
    payload: "00",
  });
});

test("an empty envelope has no payload and no time", () => {
  const message = readEnvelope("t", new Uint8Array(0));
  assert.deepEqual([message?.id, message?.time, message?.source, message?.type], ["", 0, "", ""]);
  assert.equal(message?.payload().length, 0);
});

test("attribute() finds what attributes has, and the likely value itself", () => {
  fc.assert(
    fc.property(arbitraryEnvelope, ({ attributes }) => {
      const message = messageOf({ attributes });
      for (const [name, value] of Object.entries(attributes)) {
        if (!/^[\0-\x7f]*$/.test(name)) continue;
        assert.equal(message.attribute(name), value);
        assert.equal(message.attribute(name, value), value);
        assert.equal(message.attribute(name, `${value}x`), value);
      }
      assert.equal(message.attribute("not there"), undefined);
    }),
  );
});

test("decode() refuses a payload of another type, none at all, and bytes that do not decode", () => {
  const decode = (payload?: Envelope["payload"]): unknown => messageOf({ payload }).decode(logEntry);
  const refused = { code: "BUS_MESSAGE_INVALID" };
  assert.throws(() => decode({ type: "a.B", bytes: logEntry.encode(line) }), refused);
  assert.throws(() => decode({ type: "x.aico.core.LogEntry", bytes: logEntry.encode(line) }), refused);
  assert.throws(() => decode(), refused);
  assert.throws(() => decode({ type: logEntry.name, bytes: Buffer.from([0x0a, 0xff]) }), refused);
  assert.equal((decode({ type: logEntry.name, bytes: logEntry.encode(line) }) as typeof line).message, "hello");
});

test("decode() knows a type by its whole name after the last slash, whatever its letters", () => {
  const type = (name: string): MessageType<string> => ({ name, encode: (given) => Buffer.from(given), decode: String });
  const bytes = Buffer.from("x");
  messageOf({ payload: { type: "größe.Ä", bytes } }).decode(type("größe.Ä"));
  messageOf({ payload: { type: "a/b.C", bytes } }).decode(type("b.C"));
  assert.throws(() => messageOf({ payload: { type: "a/b.C", bytes } }).decode(type("a/b.C")), {
    code: "BUS_MESSAGE_INVALID",
  });
});

const rawBytes: MessageType<Uint8Array> = { name: "a.Raw", encode: (bytes) => bytes, decode: (bytes) => bytes };

for (const [how, take] of [
  ["payload()", (message: ReceivedMessage) => message.payload()],
  ["decode()", (message: ReceivedMessage) => message.decode(rawBytes)],
] as const) {
  test(`nobody else sees what is done to the bytes that ${how} hands out`, () => {
    const shared = bytesOf({ payload: { type: "a.Raw", bytes: Buffer.from("as it came") } });
    const before = Buffer.from(shared);
    const first = readEnvelope("t", shared);
    assert.ok(first !== undefined);
    const second = first.another();
    const taken = take(first);
    new Uint8Array(taken.buffer).fill(0);
    assert.deepEqual(Buffer.from(shared), before);
    assert.equal(Buffer.from(take(second)).toString(), "as it came");
  });
}

test("a type that keeps no bytes decodes the message where it lies", () => {
  const shared = bytesOf({ payload: { type: "a.Raw", bytes: Buffer.from("x") } });
  const seen = readEnvelope("t", shared)?.decode({ ...rawBytes, detached: true });
  assert.equal(seen?.buffer, shared.buffer);
});
