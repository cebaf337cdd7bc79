import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllowedHost, parseHost } from "../../../runtime/gateway/host_header.ts";
import { gatewaySettings } from "./test_gateway.ts";

test("parseHost() reads name and port in one spelling", () => {
  assert.deepEqual(parseHost("Example.ORG."), { name: "example.org", port: undefined });
  assert.deepEqual(parseHost("[::1]:8771"), { name: "::1", port: 8771 });
  assert.deepEqual(parseHost("127.0.0.1:0"), { name: "127.0.0.1", port: 0 });
});

for (const text of [
  "",
  "a,b",
  "a, b",
  "a b",
  "a@b",
  "a/b",
  "a:",
  "a:b",
  "a:65536",
  "a:123456",
  "::1",
  "[::1",
  "[g]",
  ".a",
  "a:1:2",
  "a%2eb",
  "größe",
]) {
  test(`parseHost() refuses ${JSON.stringify(text)}`, () => assert.equal(parseHost(text), undefined));
}

function allowed(host: string, allowedHosts: string[] = [], bound: string[] = []): boolean {
  const parsed = parseHost(host);
  assert.ok(parsed);
  return isAllowedHost(parsed, bound, { ...gatewaySettings, allowedHosts });
}

test("isAllowedHost() loopback names pass at any port", () => {
  for (const host of ["localhost", "LOCALHOST.:1", "127.0.0.1:9", "127.8.8.8", "[::1]:5"])
    assert.ok(allowed(host), host);
});

test("isAllowedHost() the bound address passes, another does not", () => {
  assert.ok(allowed("192.0.2.1:8771", [], ["192.0.2.1"]));
  assert.ok(allowed("[2001:db8::1]", [], ["[2001:DB8::1]"]));
  assert.ok(!allowed("192.0.2.2", [], ["192.0.2.1"]));
});

test("isAllowedHost() an allowed host passes in any case, at its port if it names one", () => {
  assert.ok(allowed("API.example.org:1", ["api.example.org"]));
  assert.ok(allowed("api.example.org.", ["API.Example.org"]));
  assert.ok(allowed("api.example.org:8080", ["api.example.org:8080"]));
  assert.ok(!allowed("api.example.org", ["api.example.org:8080"]));
  assert.ok(!allowed("evil.example.org", ["example.org"]));
});
