import fc from "fast-check";
import type { Envelope } from "../../../../plugins/message_bus/envelope/writer.ts";

/** Any text there is in JavaScript, halves of surrogate pairs included; some longer than a byte of length can say. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.tuple(fc.string(), fc.nat(9_000)).map(([start, length]) => start.padEnd(length, "ab")),
);

/** Any text that is well-formed Unicode. */
export const text: fc.Arbitrary<string> = anyText.map((given) => given.toWellFormed());

const names = fc.oneof(fc.constantFrom("epoch", "seq", "__proto__", "constructor", "", "7"), text);

/** Any envelope whose texts are well-formed Unicode. */
export const arbitraryEnvelope: fc.Arbitrary<Envelope> = fc.record({
  topic: text,
  id: fc.oneof(fc.uuid(), text),
  time: fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.nat(),
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
  ),
  source: text,
  attributes: fc.array(fc.tuple(names, text), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  payload: fc.option(fc.record({ type: text, bytes: fc.uint8Array({ maxLength: 300 }) }), { nil: undefined }),
});
