import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { buildCommand, buildError } from "../../../../../plugins/message_bus/zmtp/command.ts";
import { CurveClient } from "../../../../../plugins/message_bus/zmtp/curve/curve_client.ts";
import { CurveServer } from "../../../../../plugins/message_bus/zmtp/curve/curve_server.ts";
import { openBox, sealBox } from "../../../../../plugins/message_bus/zmtp/curve/handshake_box.ts";
import { agreeKey } from "../../../../../plugins/message_bus/zmtp/curve/key_agreement.ts";
import { generateKeyPair } from "../../../../../plugins/message_bus/zmtp/curve/keys.ts";
import { shortNonce } from "../../../../../plugins/message_bus/zmtp/curve/short_nonce.ts";
import { decodeZ85, encodeZ85 } from "../../../../../plugins/message_bus/zmtp/curve/z85.ts";
import { NullMechanism } from "../../../../../plugins/message_bus/zmtp/null_mechanism.ts";
import { ProtocolError } from "../../../../../plugins/message_bus/zmtp/protocol_error.ts";
import { clientKeys, curveClient, curveServer, serverKeys, shake, utf8, watchedRandom } from "./handshakes.ts";
import { CLIENT_PUBLIC, CLIENT_SECRET, SERVER_PUBLIC, SERVER_SECRET } from "./published_keys.ts";

const handshakeFault = { name: "ProtocolError", fault: "handshake" };

test("two sides of CURVE know each other's keys and metadata once they have shaken hands", () => {
  const client = curveClient();
  const server = curveServer();
  shake(client, server);
  assert.deepEqual([client.done, server.done], [true, true]);
  assert.deepEqual(client.peerKey, serverKeys.publicKey);
  assert.deepEqual(server.peerKey, clientKeys.publicKey);
  assert.deepEqual(client.metadata, new Map([["socket-type", utf8.encode("XPUB")]]));
  assert.deepEqual(server.metadata, new Map([["socket-type", utf8.encode("SUB")]]));
});

test("the commands of a handshake are as long as RFC 26 says", () => {
  const none = new Map<string, Uint8Array>();
  const { HELLO, WELCOME, INITIATE, READY } = shake(curveClient({ metadata: none }), curveServer({ metadata: none }));
  assert.deepEqual([HELLO.length, WELCOME.length, INITIATE.length, READY.length], [200, 168, 257, 30]);
});

test("the keys that ZeroMQ's manual publishes shake hands", () => {
  const client = curveClient({
    secretKey: decodeZ85(CLIENT_SECRET)!,
    publicKey: decodeZ85(CLIENT_PUBLIC)!,
    serverKey: decodeZ85(SERVER_PUBLIC)!,
  });
  const server = curveServer({ secretKey: decodeZ85(SERVER_SECRET)!, publicKey: decodeZ85(SERVER_PUBLIC)! });
  shake(client, server);
  assert.equal(encodeZ85(server.peerKey!), CLIENT_PUBLIC);
});

test("neither side needs to be told its public key", () => {
  const common = { metadata: new Map<string, Uint8Array>(), random: randomBytes };
  const { secretKey } = clientKeys;
  const client = new CurveClient({ ...common, secretKey, serverKey: serverKeys.publicKey });
  const server = new CurveServer({ ...common, secretKey: serverKeys.secretKey, isKnown: () => true });
  shake(client, server);
  assert.deepEqual(server.peerKey, clientKeys.publicKey);
});

test("a server knows nothing of a client before its INITIATE, and is not done", () => {
  const client = curveClient();
  const server = curveServer();
  server.receive(client.begin());
  assert.deepEqual(
    [server.done, server.peerKey, server.traffic, server.metadata.size],
    [false, undefined, undefined, 0],
  );
  assert.equal(server.begin(), undefined);
});

test("a client that nobody knows is told apart, after its key is proven, and gets no READY", () => {
  const asked: Uint8Array[] = [];
  const server = curveServer({ isKnown: (key) => asked.push(key) === 0 });
  assert.throws(() => shake(curveClient(), server), { name: "ProtocolError", fault: "unknown_key" });
  assert.deepEqual(asked, [clientKeys.publicKey]);
  assert.deepEqual([server.done, server.peerKey, server.traffic], [false, undefined, undefined]);
});

test("a client that expects another server's key is refused at its HELLO", () => {
  const mistaken = curveClient({ serverKey: generateKeyPair(randomBytes).publicKey });
  assert.throws(() => curveServer().receive(mistaken.begin()), handshakeFault);
});

test("a client refuses a WELCOME that was meant for another connection", () => {
  const welcome = curveServer().receive(curveClient().begin());
  const client = curveClient();
  client.begin();
  assert.throws(() => client.receive(welcome), handshakeFault);
});

test("a server refuses an INITIATE whose cookie is another connection's", () => {
  const { INITIATE } = shake(curveClient(), curveServer());
  const server = curveServer();
  server.receive(curveClient().begin());
  assert.throws(() => server.receive(INITIATE), handshakeFault);
});

test("a whole handshake that was listened to cannot be played again", () => {
  const { HELLO, INITIATE } = shake(curveClient(), curveServer());
  const server = curveServer();
  server.receive(HELLO);
  assert.throws(() => server.receive(INITIATE), handshakeFault);
});

interface Deviation {
  readonly nonce?: number;
  readonly claimed?: Uint8Array;
  readonly vouched?: { readonly client?: Uint8Array; readonly server?: Uint8Array };
}

/** An INITIATE by hand after a HELLO to `server`, by the rules but for what it is told. */
function initiateTo(
  server: CurveServer,
  { nonce = 2, claimed = clientKeys.publicKey, vouched = {} }: Deviation,
): Uint8Array {
  const transient = generateKeyPair(randomBytes);
  const hello = curveClient({ random: () => Uint8Array.from(transient.secretKey) }).begin();
  const welcome = server.receive(hello).subarray(8);
  const permanentKey = agreeKey(serverKeys.publicKey, transient);
  const opened = openBox(permanentKey, "WELCOME-", welcome.subarray(0, 16), welcome.subarray(16));
  const [serverTransient, cookie] = [opened.subarray(0, 32), opened.subarray(32)];
  const { client = transient.publicKey, server: forServer = serverKeys.publicKey } = vouched;
  const vouchNonce = new Uint8Array(16);
  const vouch = sealBox(agreeKey(serverTransient, clientKeys), "VOUCH---", vouchNonce, client, forServer);
  const short = shortNonce(nonce);
  const key = agreeKey(serverTransient, transient);
  return buildCommand("INITIATE", cookie, short, sealBox(key, "CurveZMQINITIATE", short, claimed, vouchNonce, vouch));
}

test("a server accepts an INITIATE that was made by hand by the rules", () => {
  const server = curveServer();
  server.receive(initiateTo(server, {}));
  assert.equal(server.done, true);
});

test("a server refuses a client that claims another one's key, before anybody is asked about it", () => {
  const server = curveServer({ isKnown: () => assert.fail("the key was not proven") });
  const initiate = initiateTo(server, { claimed: generateKeyPair(randomBytes).publicKey });
  assert.throws(() => server.receive(initiate), handshakeFault);
});

test("a server refuses a vouch that was given for another server: who got it there cannot pass it on", () => {
  const server = curveServer({ isKnown: () => assert.fail("the client did not mean to come here") });
  const initiate = initiateTo(server, { vouched: { server: generateKeyPair(randomBytes).publicKey } });
  assert.throws(() => server.receive(initiate), handshakeFault);
});

test("a server refuses a vouch that was given for another connection", () => {
  const server = curveServer({ isKnown: () => assert.fail("the client did not mean this connection") });
  const initiate = initiateTo(server, { vouched: { client: generateKeyPair(randomBytes).publicKey } });
  assert.throws(() => server.receive(initiate), handshakeFault);
});

for (const nonce of [0, 1, 3, 2 ** 40]) {
  test(`a server refuses an INITIATE with the nonce ${nonce} after a HELLO with 1`, () => {
    const server = curveServer();
    const initiate = initiateTo(server, { nonce });
    assert.throws(() => server.receive(initiate), handshakeFault);
  });
}

test("both sides refuse any command out of turn", () => {
  const commands = shake(curveClient(), curveServer());
  for (const name of ["WELCOME", "INITIATE", "READY"] as const) {
    assert.throws(() => curveServer().receive(commands[name]), handshakeFault);
  }
  for (const name of ["HELLO", "INITIATE", "READY"] as const) {
    assert.throws(() => curveClient().receive(commands[name]), handshakeFault);
  }
});

test("a side that is done takes no further command of the handshake", () => {
  const client = curveClient();
  const server = curveServer();
  const { HELLO, INITIATE, READY, WELCOME } = shake(client, server);
  for (const command of [HELLO, INITIATE]) assert.throws(() => server.receive(command), handshakeFault);
  for (const command of [READY, WELCOME, buildError("late")])
    assert.throws(() => client.receive(command), handshakeFault);
});

test("a side that has refused a command does not take a better one after it", () => {
  const client = curveClient();
  const server = curveServer();
  const hello = client.begin();
  assert.throws(() => server.receive(hello.subarray(1)), ProtocolError);
  assert.throws(() => server.receive(buildCommand("HELLO")), handshakeFault);
  assert.throws(() => server.receive(hello), handshakeFault);
});

test("a client repeats the reason of an ERROR", () => {
  const client = curveClient();
  client.begin();
  assert.throws(() => client.receive(buildError("400")), { fault: "handshake", message: /"400"/ });
});

test("a server refuses an ERROR: only servers send one", () => {
  assert.throws(() => curveServer().receive(buildError("400")), handshakeFault);
});

test("CURVE refuses NULL, from either side", () => {
  const ready = new NullMechanism(new Map([["Socket-Type", utf8.encode("PUB")]])).begin();
  assert.throws(() => curveServer().receive(ready), handshakeFault);
  assert.throws(() => curveClient().receive(ready), handshakeFault);
  const client = curveClient();
  client.receive(curveServer().receive(client.begin()));
  assert.throws(() => client.receive(ready), handshakeFault);
});

test("a server refuses a HELLO with a key that agrees on the same with everybody", () => {
  const data = new Uint8Array(194);
  data[0] = 1;
  assert.throws(() => curveServer().receive(buildCommand("HELLO", data)), handshakeFault);
});

test("both sides refuse metadata that are malformed", () => {
  const metadata = new Map([["no name", utf8.encode("x")]]);
  assert.throws(() => shake(curveClient({ metadata }), curveServer()), handshakeFault);
  assert.throws(() => shake(curveClient(), curveServer({ metadata })), handshakeFault);
});

test("any bytes at all are refused with a ProtocolError, by either side at any step", () => {
  const client = curveClient();
  const server = curveServer();
  const { HELLO, WELCOME, INITIATE, READY } = shake(client, server);
  const names = fc.constantFrom(HELLO, WELCOME, INITIATE, READY).map((command) => command.subarray(0, 1 + command[0]!));
  const command = fc.oneof(
    fc.uint8Array(),
    fc.tuple(names, fc.uint8Array()).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
  );
  fc.assert(
    fc.property(command, fc.boolean(), (bytes, first) => {
      const fresh = curveServer();
      if (!first) fresh.receive(HELLO);
      assert.throws(() => fresh.receive(bytes), ProtocolError);
      assert.throws(() => curveClient().receive(bytes), ProtocolError);
    }),
    { numRuns: 50 },
  );
});

test("what is secret of a connection is wiped, what is the caller's is left alone", () => {
  const ours = watchedRandom();
  const theirs = watchedRandom();
  const secrets = [clientKeys.secretKey.slice(), serverKeys.secretKey.slice()];
  shake(curveClient({ random: ours.random }), curveServer({ random: theirs.random }));
  const [clientTransient] = ours.given;
  // A server asks in turn for: the WELCOME's nonce, its transient key, the cookie's key, the cookie's nonce.
  const [, serverTransient, cookieKey] = theirs.given;
  for (const secret of [clientTransient, serverTransient, cookieKey]) assert.deepEqual(secret, new Uint8Array(32));
  assert.deepEqual(
    [clientKeys.secretKey, serverKeys.secretKey].map((key) => Uint8Array.from(key)),
    secrets.map((key) => Uint8Array.from(key)),
  );
});

test("every connection has keys and nonces of its own", () => {
  const [one, other] = [shake(curveClient(), curveServer()), shake(curveClient(), curveServer())];
  for (const name of ["HELLO", "WELCOME", "INITIATE", "READY"] as const) assert.notDeepEqual(one[name], other[name]);
});
