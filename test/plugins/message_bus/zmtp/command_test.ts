import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  buildCommand,
  buildError,
  encodeMetadata,
  parseMetadata,
  readCommand,
  refusalOf,
} from "../../../../plugins/message_bus/zmtp/command.ts";
import { ProtocolError } from "../../../../plugins/message_bus/zmtp/protocol_error.ts";

const utf8 = new TextEncoder();
const bytes = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...utf8.encode(part)])));
const handshakeFault = { name: "ProtocolError", fault: "handshake" };

test("a command is its name's length, its name and its data", () => {
  assert.deepEqual(buildCommand("PING", bytes(0, 10), bytes("ctx")), bytes(4, "PING", 0, 10, "ctx"));
});

test("readCommand() takes apart what buildCommand() made", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z]{1,255}$/), fc.uint8Array(), (name, data) => {
      assert.deepEqual(readCommand(buildCommand(name, data), "protocol"), { name, data });
    }),
  );
});

test("readCommand() counts a malformed name as the fault it is told", () => {
  for (const body of [bytes(), bytes(0), bytes(5, "PING"), bytes(4, "PI G"), bytes(4, "PIN", 0xc3), bytes(1, 0)]) {
    assert.throws(() => readCommand(body, "protocol"), { name: "ProtocolError", fault: "protocol" });
    assert.throws(() => readCommand(body, "handshake"), handshakeFault);
  }
});

test("an ERROR command carries its reason to the other side's message", () => {
  const { name, data } = readCommand(buildError("400"), "handshake");
  assert.equal(name, "ERROR");
  assert.match(refusalOf(data).message, /refuses with "400"/);
});

test("a malformed ERROR is a refusal too, and none of its text is repeated", () => {
  for (const data of [bytes(), bytes(3, "40"), bytes(1, "400"), bytes(1, "\n"), bytes(1, 0x9b)]) {
    assert.match(refusalOf(data).message, /its ERROR is malformed/);
  }
});

test("metadata is written as RFC 37 has it", () => {
  assert.deepEqual(
    encodeMetadata(new Map([["Socket-Type", bytes("SUB")]])),
    bytes(11, "Socket-Type", 0, 0, 0, 3, "SUB"),
  );
});

test("parseMetadata() answers what encodeMetadata() was given, with lower-case names", () => {
  const properties = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z0-9._+-]{1,20}$/), fc.uint8Array()), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 32,
  });
  fc.assert(
    fc.property(properties, (pairs) => {
      const lowered = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
      assert.deepEqual(parseMetadata(encodeMetadata(new Map(pairs))), lowered);
    }),
  );
});

test("parseMetadata() reads out of the middle of a socket's chunk and keeps no view of it", () => {
  const chunk = Buffer.from(bytes("....", 1, "a", 0, 0, 0, 1, "v", "...."));
  const metadata = parseMetadata(chunk.subarray(4, 11));
  chunk.fill(0);
  assert.deepEqual(metadata, new Map([["a", bytes("v")]]));
});

const malformed: Readonly<Record<string, Uint8Array>> = {
  "an empty name": bytes(0, 0, 0, 0, 1, "v"),
  "a name that is not made of name characters": bytes(2, "a b", 0, 0, 0, 0),
  "a name beyond ASCII": bytes(1, 0xe4, 0, 0, 0, 0),
  "a cut name": bytes(5, "a"),
  "a cut value size": bytes(1, "a", 0, 0, 0),
  "a cut value": bytes(1, "a", 0, 0, 0, 2, "v"),
  "a value of 2^32-1 bytes": bytes(1, "a", 255, 255, 255, 255, "v"),
  "a single byte after the last property": bytes(1, "a", 0, 0, 0, 1, "v", 0),
  "a name that comes twice": bytes(1, "a", 0, 0, 0, 0, 1, "A", 0, 0, 0, 0),
  "33 properties": encodeMetadata(new Map(Array.from({ length: 33 }, (_, n) => [`x${n}`, bytes()]))),
  "more than 8 KiB": bytes(1, "a", 0, 0, 0x20, 0, " ".repeat(0x2000)),
};

for (const [what, data] of Object.entries(malformed)) {
  test(`parseMetadata() refuses ${what}`, () => {
    assert.throws(() => parseMetadata(data), handshakeFault);
  });
}

test("any bytes at all are metadata or a ProtocolError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64, max: 100 }), (data) => {
      try {
        parseMetadata(data);
      } catch (error) {
        assert.ok(error instanceof ProtocolError);
      }
    }),
  );
});
