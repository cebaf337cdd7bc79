import assert from "node:assert/strict";
import { test } from "node:test";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import fc from "fast-check";
import { CurveTraffic } from "../../../../../plugins/message_bus/zmtp/curve/curve_traffic.ts";
import { MessageBox } from "../../../../../plugins/message_bus/zmtp/curve/message_box.ts";
import { FLAG_COMMAND, FLAG_MORE } from "../../../../../plugins/message_bus/zmtp/frame.ts";
import { ProtocolError } from "../../../../../plugins/message_bus/zmtp/protocol_error.ts";
import { curveClient, curveServer, shake, utf8 } from "./handshakes.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const protocolFault = { name: "ProtocolError", fault: "protocol" };

function ends(): { client: CurveTraffic; server: CurveTraffic } {
  return { client: new CurveTraffic("client", KEY, 2, 1), server: new CurveTraffic("server", KEY, 1, 2) };
}

function seal(traffic: CurveTraffic, body: Uint8Array, flags = 0): Uint8Array {
  const target = new Uint8Array(body.length + traffic.overhead);
  assert.equal(traffic.seal(flags, body, target, 0), target.length);
  return target;
}

const frames = fc.array(
  fc.record({
    fromClient: fc.boolean(),
    flags: fc.constantFrom(0, FLAG_MORE, FLAG_COMMAND),
    body: fc.uint8Array({ maxLength: 200 }),
  }),
);

test("after a handshake, frames of any size arrive as they were sent, in both directions at a time", () => {
  fc.assert(
    fc.property(frames, (sent) => {
      const [client, server] = [curveClient(), curveServer()];
      shake(client, server);
      for (const { fromClient, flags, body } of sent) {
        const [from, to] = fromClient ? [client.traffic!, server.traffic!] : [server.traffic!, client.traffic!];
        assert.deepEqual(to.open(seal(from, body, flags)), body);
        assert.equal(to.flags, flags);
      }
    }),
    { numRuns: 20 },
  );
});

test("a MESSAGE is laid out as RFC 26 has it: its name, the counter, the box of flags and body", () => {
  const body = utf8.encode("hello");
  const command = seal(ends().client, body, FLAG_MORE);
  const nonce = Uint8Array.from([...utf8.encode("CurveZMQMESSAGEC"), 0, 0, 0, 0, 0, 0, 0, 3]);
  const box = xsalsa20poly1305(KEY, nonce).encrypt(Uint8Array.from([1, ...body]));
  assert.deepEqual(command, Uint8Array.from([7, ...utf8.encode("MESSAGE"), 0, 0, 0, 0, 0, 0, 0, 3, ...box]));
});

test("the bit of a command is 2 inside a box, as libzmq has it", () => {
  const { server } = ends();
  const opened = new MessageBox(KEY, "CurveZMQMESSAGES").open(
    2,
    seal(server, utf8.encode("x"), FLAG_COMMAND).subarray(16),
  );
  assert.deepEqual(opened, Uint8Array.of(2, 0x78));
});

test("seal() writes where it is told and nowhere else", () => {
  const { client, server } = ends();
  const target = new Uint8Array(3 + 4 + client.overhead + 5).fill(0xaa);
  const end = client.seal(0, utf8.encode("body"), target, 3);
  assert.equal(end, target.length - 5);
  assert.ok([...target.subarray(0, 3), ...target.subarray(end)].every((byte) => byte === 0xaa));
  assert.deepEqual(server.open(target.subarray(3, end)), utf8.encode("body"));
});

test("open() answers bytes that hold when what they came in is written over, and when the same end seals", () => {
  const { client, server } = ends();
  const command = seal(client, utf8.encode("one"));
  const body = server.open(command);
  command.fill(0);
  seal(server, utf8.encode("two"));
  assert.deepEqual(body, utf8.encode("one"));
});

test("the counter goes on through 2^32", () => {
  const from = 2 ** 32 - 2;
  const client = new CurveTraffic("client", KEY, from, 0);
  const server = new CurveTraffic("server", KEY, 0, from);
  for (const text of ["a", "b", "c", "d"]) {
    assert.deepEqual(server.open(seal(client, utf8.encode(text))), utf8.encode(text));
  }
});

const tampering: Readonly<Record<string, (commands: readonly Uint8Array[]) => readonly Uint8Array[]>> = {
  "sent twice": ([one]) => [one!, one!],
  "sent again later": ([one, two]) => [one!, two!, one!],
  "in another order": ([one, two]) => [two!, one!],
  "with one missing before it": ([, two]) => [two!],
};

for (const [what, tamper] of Object.entries(tampering)) {
  test(`a MESSAGE ${what} is refused`, () => {
    const { client, server } = ends();
    const commands = tamper(["one", "two", "three"].map((text) => seal(client, utf8.encode(text))));
    assert.throws(() => commands.map((command) => server.open(command)), protocolFault);
  });
}

test("a MESSAGE that comes back to its sender is refused", () => {
  const client = new CurveTraffic("client", KEY, 2, 2);
  const command = seal(client, utf8.encode("mirror"));
  assert.throws(() => client.open(command), protocolFault);
});

test("a MESSAGE is refused with any one bit changed, and when cut or longer", () => {
  const whole = seal(ends().client, utf8.encode("0123456789abcdef"));
  for (let index = 0; index < whole.length; index += 1) {
    const changed = Uint8Array.from(whole);
    changed[index]! ^= 0x80;
    assert.throws(() => ends().server.open(changed), protocolFault);
    assert.throws(() => ends().server.open(whole.subarray(0, index)), protocolFault);
  }
  assert.throws(() => ends().server.open(Uint8Array.from([...whole, 0])), protocolFault);
});

test("a MESSAGE with flags that nobody defined is refused", () => {
  for (const flags of [4, 8, 0x80]) {
    const command = seal(ends().client, new Uint8Array(0));
    new MessageBox(KEY, "CurveZMQMESSAGEC").seal(3, flags, new Uint8Array(0), command, 16);
    assert.throws(() => ends().server.open(command), protocolFault);
  }
});

test("traffic refuses any bytes at all with a ProtocolError", () => {
  const { server } = ends();
  const name = Uint8Array.from([7, ...utf8.encode("MESSAGE"), 0, 0, 0, 0, 0, 0, 0, 3]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, named) => {
      const command = named ? Uint8Array.from([...name, ...bytes]) : bytes;
      assert.throws(() => server.open(command), ProtocolError);
    }),
  );
});
