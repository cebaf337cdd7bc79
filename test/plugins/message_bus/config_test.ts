import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { busConfig } from "../../../plugins/message_bus/config.ts";

/** What is wrong, as `path message`. */
function faultsOf(config: unknown): readonly string[] {
  const { issues = [] } = v.safeParse(busConfig, config);
  return issues.map(({ path = [], message }) => [path.map(({ key }) => String(key)).join("."), message].join(" "));
}

test("an empty config is 127.0.0.1, 5555 and 5556, and names no peers", () => {
  const { host, publish_port, subscribe_port, peers } = v.parse(busConfig, {});
  assert.deepEqual([host, publish_port, subscribe_port, peers], ["127.0.0.1", 5555, 5556, {}]);
});

for (const config of [
  { publish_port: 70_000 },
  { publish_port: 5556 },
  { engine: "nats" },
  { hos: 1 },
  { max_connections: 0 },
]) {
  test(`the config ${JSON.stringify(config)} is refused`, () => {
    assert.equal(faultsOf(config).length, 1);
  });
}

test("any address may be listened at, but by a name or with engine native", () => {
  assert.deepEqual(faultsOf({ host: "0.0.0.0" }), []);
  assert.deepEqual(faultsOf({ host: "fd00::1", engine: "zmtp" }), []);
  assert.match(faultsOf({ host: "localhost" }).join(), /^host must be an address such as 127.0.0.1/);
  assert.match(faultsOf({ host: "10.0.0.1", engine: "native" }).join(), /^host must be a loopback address/);
});

test("peers are named with what they publish and subscribe, each a list that may be left out", () => {
  const { peers } = v.parse(busConfig, { peers: { a: { publish: ["logs.*"] }, b: null } });
  assert.deepEqual(peers, { a: { publish: ["logs.*"], subscribe: [] }, b: { publish: [], subscribe: [] } });
});

test("engine native takes no peers, for it keeps no rights", () => {
  assert.deepEqual(faultsOf({ engine: "native", peers: {} }), []);
  assert.match(faultsOf({ engine: "native", peers: { a: {} } }).join(), /^peers must be left out with engine native/);
});

test("engine native has no sockets in the file system", () => {
  assert.deepEqual(faultsOf({ engine: "native", ipc: false }), []);
  assert.match(faultsOf({ engine: "native", ipc: true }).join(), /^ipc must be left out with engine native/);
});

test("a pattern that is none is refused at its place, and so is one of the bus's own topics", () => {
  const faults = faultsOf({ peers: { a: { publish: ["fine.*", "Not"], subscribe: ["_bus.client.*"] } } });
  assert.match(faults[0]!, /^peers.a.publish.1 must be a pattern of topics/);
  assert.match(faults[1]!, /^peers.a.subscribe.0 must be a pattern of topics/);
  assert.equal(faults.length, 2);
});

test("a peer's name is one word, and its entry a map of the two known keys", () => {
  for (const name of ["A", "a.b", "-a", "", "x".repeat(65)]) {
    assert.match(faultsOf({ peers: { [name]: {} } }).join(), /must be a name of at most 64/, name);
  }
  assert.deepEqual(faultsOf({ peers: { a: { pub: [] } } }), [
    "peers.a.pub is not a known key; known here: publish, subscribe",
  ]);
  assert.deepEqual(faultsOf({ peers: { a: [] } }), ["peers.a must be a map"]);
  assert.deepEqual(faultsOf({ peers: { a: "x" } }), ["peers.a must be a map"]);
});
