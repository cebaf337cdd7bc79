import assert from "node:assert/strict";
import { test } from "node:test";
import { PeerTable, type PeerTableOptions } from "../../../../plugins/message_bus/peers/peer_table.ts";

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

function table(given: Partial<PeerTableOptions> = {}): PeerTable {
  return new PeerTable({ settings: {}, reserved: ["backplane", "message_bus"], cliKey: key(200), ...given });
}

test("programs without a key publish logs.* and subscribe nothing", () => {
  const { anonymous } = table();
  assert.equal(anonymous.rights.mayPublish("logs.a"), true);
  assert.equal(anonymous.rights.mayPublish("sensors.a"), false);
  assert.equal(anonymous.rights.maySubscribe("logs."), false);
});

test("the manifest's entry anonymous replaces the default, also by nothing at all", () => {
  const open = table({ settings: { anonymous: { publish: ["a.*"], subscribe: ["b.*"] } } }).anonymous.rights;
  assert.deepEqual([open.mayPublish("a.x"), open.mayPublish("logs.x"), open.maySubscribe("b.")], [true, false, true]);
  const shut = table({ settings: { anonymous: { publish: [], subscribe: [] } } }).anonymous.rights;
  assert.deepEqual([shut.mayPublish("logs.x"), shut.maySubscribe("")], [false, false]);
});

test("plugins and cli may do everything unless the manifest names them", () => {
  const free = table();
  assert.equal(free.plugin("greeter").rights.mayPublish("any.topic"), true);
  assert.equal(free.cli.rights.maySubscribe(""), true);
  const entry = { publish: ["a"], subscribe: [] };
  const held = table({ settings: { greeter: entry, cli: entry } });
  assert.equal(held.plugin("greeter").rights.mayPublish("any.topic"), false);
  assert.equal(held.cli.rights.maySubscribe(""), false);
});

test("a key is its peer's alone, and the install's own is cli", () => {
  const peers = table({ settings: { door: { publish: ["door.*"], subscribe: [] } } });
  peers.setKeys(
    new Map([
      ["door", key(1)],
      ["window", key(2)],
    ]),
  );
  assert.equal(peers.withKey(key(1))?.name, "door");
  assert.equal(peers.withKey(key(1))?.rights.mayPublish("door.a"), true);
  assert.equal(peers.withKey(key(200)), peers.cli);
  assert.equal(peers.withKey(key(3)), undefined);
});

test("a peer with a key that the manifest does not name may do nothing", () => {
  const peers = table();
  peers.setKeys(new Map([["window", key(2)]]));
  const { rights } = peers.withKey(key(2))!;
  assert.deepEqual([rights.mayPublish("logs.a"), rights.maySubscribe("logs.")], [false, false]);
});

test("new keys name those whose old one counts no more, and keep what they did", () => {
  const peers = table();
  peers.setKeys(
    new Map([
      ["a", key(1)],
      ["b", key(2)],
      ["c", key(3)],
    ]),
  );
  const [a, b, c] = [1, 2, 3].map((byte) => peers.withKey(key(byte))!);
  b!.refused = 7;
  assert.deepEqual(
    peers.setKeys(
      new Map([
        ["a", key(1)],
        ["b", key(9)],
      ]),
    ),
    [b, c],
  );
  assert.equal(peers.withKey(key(1)), a);
  assert.equal(peers.withKey(key(2)), undefined);
  assert.equal(peers.withKey(key(9))?.refused, 7);
});

test("a key under a name that belongs to the house is nobody's", () => {
  const peers = table();
  peers.plugin("greeter");
  const names = ["cli", "anonymous", "backplane", "message_bus", "greeter"];
  peers.setKeys(new Map(names.map((name, index) => [name, key(index)])));
  names.forEach((_, index) => assert.equal(peers.withKey(key(index)), undefined));
});

test("a plugin takes its name from the program that has it", () => {
  const peers = table();
  peers.setKeys(new Map([["greeter", key(1)]]));
  const program = peers.program("greeter");
  const plugin = peers.plugin("greeter");
  assert.notEqual(plugin, program);
  assert.equal(peers.withKey(key(1)), undefined);
  assert.equal(peers.program("greeter"), undefined);
});

test("a peer signs its own name only, a program without a key any that is nobody else's", () => {
  const peers = table({ settings: { door: { publish: [], subscribe: [] } } });
  peers.setKeys(new Map([["window", key(2)]]));
  peers.plugin("greeter");
  const window = peers.withKey(key(2))!;
  assert.deepEqual([peers.maySign(window, "window"), peers.maySign(window, "door")], [true, false]);
  assert.equal(peers.maySign(peers.cli, "cli"), true);
  for (const taken of ["door", "window", "greeter", "backplane", "message_bus", "cli"]) {
    assert.equal(peers.maySign(peers.anonymous, taken), false, taken);
  }
  for (const free of ["example.py", "anonymous", ""]) assert.equal(peers.maySign(peers.anonymous, free), true, free);
});

test("every peer is listed, with a key or without, named by the manifest or not", () => {
  const peers = table({ settings: { door: { publish: [], subscribe: [] }, greeter: { publish: [], subscribe: [] } } });
  peers.setKeys(new Map([["window", key(2)]]));
  peers.plugin("greeter");
  const shown = peers.entries().map(({ peer, kind, hasKey, named }) => [peer.name, kind, hasKey, named]);
  assert.deepEqual(shown, [
    ["anonymous", "anonymous", false, false],
    ["cli", "cli", true, false],
    ["greeter", "plugin", false, true],
    ["door", "program", false, true],
    ["window", "program", true, false],
  ]);
});
