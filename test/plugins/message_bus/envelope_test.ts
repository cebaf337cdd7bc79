import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logEntry } from "../../../plugins/message_bus/contract.ts";
import { decodeEnvelope, encodeEnvelope } from "../../../plugins/message_bus/envelope.ts";
import { line } from "./test_broker.ts";

const base = { topic: "logs.a", id: "0190a5d6-0000-7000-8000-000000000000", time: 1_700_000_000_123, source: "me" };

test("an envelope comes back as it was sent", () => {
  const text = fc.string({ unit: "grapheme" });
  const attributes = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), text);
  fc.assert(
    fc.property(text, attributes, fc.uint8Array(), fc.nat(4_000_000_000_000), (source, given, bytes, time) => {
      const payload = { type: "a.B", bytes };
      const message = decodeEnvelope("t", encodeEnvelope({ ...base, source, time, attributes: given, payload }));
      assert.ok(message !== undefined);
      assert.deepEqual({ ...message.attributes }, { ...given });
      assert.deepEqual([message.source, message.time, message.type], [source, time, "a.B"]);
      assert.deepEqual(Buffer.from(message.payload()), Buffer.from(bytes));
    }),
  );
});

test("bytes that are no envelope are undefined, and nothing is thrown", () => {
  assert.equal(decodeEnvelope("t", Buffer.from([0x0a, 0xff, 0x01])), undefined);
  assert.equal(decodeEnvelope("t", Buffer.from("0a040a02c328", "hex")), undefined, "invalid UTF-8 in message_id");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const message = decodeEnvelope("t", bytes);
      if (message !== undefined) assert.equal(typeof message.source + typeof message.time, "stringnumber");
    }),
  );
});

test("the field numbers are those other programs speak", () => {
  // metadata(1){ id(1)="i" timestamp(2){seconds(1)=1} source(3)="s" type(4)="t" version(5)="1" attributes(6){k:v} }
  // any_payload(2){ type_url(1)="type.googleapis.com/a.B" value(2)=00 }
  const metadata = "0a0169120208011a01732201742a013132060a016b120176";
  const any = "0a17" + Buffer.from("type.googleapis.com/a.B").toString("hex") + "120100";
  const length = (hex: string): string => (hex.length / 2).toString(16).padStart(2, "0");
  const message = decodeEnvelope("t", Buffer.from(`0a${length(metadata)}${metadata}12${length(any)}${any}`, "hex"));
  assert.ok(message !== undefined);
  assert.deepEqual([message.id, message.time, message.source, message.type], ["i", 1_000, "s", "a.B"]);
  assert.deepEqual({ ...message.attributes }, { k: "v" });
  assert.deepEqual([...message.payload()], [0]);
});

test("an empty envelope has no payload and no time", () => {
  const message = decodeEnvelope("t", new Uint8Array(0));
  assert.deepEqual([message?.id, message?.time, message?.source, message?.type], ["", 0, "", ""]);
  assert.equal(message?.payload().length, 0);
});

test("decode() refuses a payload of another type, none at all, and bytes that do not decode", () => {
  const decode = (payload?: { type: string; bytes: Uint8Array }): unknown => {
    const bytes = encodeEnvelope({ ...base, attributes: {}, ...(payload === undefined ? {} : { payload }) });
    return decodeEnvelope("t", bytes)?.decode(logEntry);
  };
  assert.throws(() => decode({ type: "a.B", bytes: logEntry.encode(line) }), { code: "BUS_MESSAGE_INVALID" });
  assert.throws(() => decode(), { code: "BUS_MESSAGE_INVALID" });
  assert.throws(() => decode({ type: logEntry.name, bytes: Buffer.from([0x0a, 0xff]) }), {
    code: "BUS_MESSAGE_INVALID",
  });
  assert.equal((decode({ type: logEntry.name, bytes: logEntry.encode(line) }) as typeof line).message, "hello");
});
