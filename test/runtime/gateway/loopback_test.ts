import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopbackAddress, isLoopbackHost, mayListen } from "../../../runtime/gateway/loopback.ts";

for (const address of [
  "127.0.0.1",
  "127.255.0.9",
  "::1",
  "[::1]",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "::FFFF:7f00:1",
  "::1%lo",
]) {
  test(`isLoopbackAddress() ${address} is loopback`, () => assert.equal(isLoopbackAddress(address), true));
}
for (const address of [
  "0.0.0.0",
  "::",
  "10.0.0.1",
  "128.0.0.1",
  "::ffff:10.0.0.1",
  "::ffff:7f0:1",
  "::ffff:7f",
  "::2",
  "1127.0.0.1",
  "127.1",
  "localhost",
  "127.0.0.1.evil",
  "",
]) {
  test(`isLoopbackAddress() ${address || "nothing"} is not`, () => assert.equal(isLoopbackAddress(address), false));
}
for (const host of ["localhost", "LocalHost.", "127.0.0.1", "[::1]"]) {
  test(`isLoopbackHost() ${host} is this machine`, () => assert.equal(isLoopbackHost(host), true));
}
for (const host of ["localhost.evil", "evil.localhost.com", "0.0.0.0", "example.org"]) {
  test(`isLoopbackHost() ${host} is not`, () => assert.equal(isLoopbackHost(host), false));
}

const outside = { host: "0.0.0.0", allowUnauthenticated: false };

test("mayListen() refuses an address others reach while no security plugin runs", () => {
  const error = mayListen(outside, []);
  assert.equal(error?.code, "GATEWAY_UNAUTHENTICATED");
  assert.match(error?.remedy ?? "", /allow_unauthenticated: true/);
});

test("mayListen() allows it behind a running security plugin, on loopback, or when told to", () => {
  assert.equal(mayListen(outside, ["authentication"]), undefined);
  assert.equal(mayListen({ ...outside, host: "127.0.0.1" }, []), undefined);
  assert.equal(mayListen({ ...outside, allowUnauthenticated: true }, []), undefined);
});
