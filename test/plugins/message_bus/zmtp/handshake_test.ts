import assert from "node:assert/strict";
import { test } from "node:test";
import { GREETING_HEAD_LENGTH, readGreeting, writeGreeting } from "../../../../plugins/message_bus/zmtp/greeting.ts";
import { Handshake } from "../../../../plugins/message_bus/zmtp/handshake.ts";
import type { Mechanism, Metadata } from "../../../../plugins/message_bus/zmtp/mechanism.ts";
import { NullMechanism } from "../../../../plugins/message_bus/zmtp/null_mechanism.ts";

const metadata: Metadata = new Map([["Socket-Type", Buffer.from("SUB")]]);
const nothing: Mechanism = new NullMechanism(metadata);

/** One side, and what it has sent. */
function side(asServer: boolean, ...mechanisms: string[]) {
  const sent: Uint8Array[] = [];
  const made: string[] = [];
  const make = (name: string): [string, () => Mechanism] => [
    name,
    () => {
      made.push(name);
      return name === "NULL" ? new NullMechanism(metadata) : nothing;
    },
  ];
  const handshake = new Handshake({ asServer, mechanisms: new Map(mechanisms.map((name) => make(name))) }, (bytes) =>
    sent.push(bytes),
  );
  handshake.begin();
  return { handshake, made, sent: () => Buffer.concat(sent) };
}

test("a greeting is 64 bytes and reads as it was written", () => {
  const bytes = writeGreeting("CURVE", true);
  assert.equal(bytes.length, 64);
  assert.deepEqual(readGreeting(bytes), { minor: 1, mechanism: "CURVE", asServer: true });
});

test("a peer of ZMTP 3.0 is spoken to as such, one of a later version as one of ours", () => {
  for (const [major, minor, taken] of [
    [3, 0, 0],
    [3, 1, 1],
    [3, 9, 1],
    [4, 0, 1],
  ] as const) {
    const bytes = writeGreeting("NULL", false);
    bytes[10] = major;
    bytes[11] = minor;
    assert.equal(readGreeting(bytes).minor, taken);
  }
});

for (const [what, at, value] of [
  ["another first byte", 0, 0],
  ["no end of the signature", 9, 0],
  ["version 2", 10, 2],
  ["a mechanism in lower case", 12, 110],
  ["an empty mechanism", 12, 0],
] as const) {
  test(`a greeting with ${what} is refused`, () => {
    const bytes = writeGreeting("NULL", false);
    bytes[at] = value;
    assert.throws(() => readGreeting(bytes), { fault: "greeting" });
  });
}

test("a server keeps back its mechanism until it knows the client's, and takes that", () => {
  const server = side(true, "CURVE", "NULL");
  assert.equal(server.sent().length, GREETING_HEAD_LENGTH);
  assert.deepEqual(server.handshake.greet(writeGreeting("NULL", false)), new Uint8Array(0));
  assert.deepEqual(server.made, ["NULL"]);
  assert.equal(readGreeting(server.sent().subarray(0, 64)).mechanism, "NULL");
});

test("a server names the mechanism it wants to a client that speaks none of its own, and makes none", () => {
  for (const told of ["NULL", "PLAIN", "GSSAPI"]) {
    const server = side(true, "CURVE");
    assert.throws(() => server.handshake.greet(writeGreeting(told, false)), { fault: "handshake" });
    assert.equal(readGreeting(server.sent()).mechanism, "CURVE");
    assert.deepEqual(server.made, []);
  }
});

test("a client with keys does not talk to a server without", () => {
  const client = side(false, "CURVE");
  assert.throws(() => client.handshake.greet(writeGreeting("NULL", true)), { fault: "handshake" });
});

test("what comes after the greeting in one chunk is handed back, cut wherever the greeting is", () => {
  const stream = Buffer.concat([writeGreeting("NULL", false), Buffer.from("rest")]);
  for (let cut = 0; cut < 64; cut += 1) {
    const { handshake } = side(true, "NULL");
    assert.equal(handshake.greet(stream.subarray(0, cut)), undefined);
    assert.equal(Buffer.from(handshake.greet(stream.subarray(cut))!).toString(), "rest");
  }
});

test("what cannot become a greeting is refused at its first wrong byte", () => {
  const { handshake } = side(true, "NULL");
  assert.throws(() => handshake.greet(Buffer.from("GET / HTTP/1.1\r\n")), { fault: "greeting" });
});
