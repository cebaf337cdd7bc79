import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf, refuseTarget, targetOf } from "../../../runtime/gateway/target.ts";

const refused = [
  "",
  "*",
  "api/v1",
  "http://127.0.0.1/api/v1",
  "//evil/api",
  "/api//v1",
  "/api/../v1",
  "/api/..",
  "/.",
  "/./api",
  "/api/%2e%2e/v1",
  "/api/.%2E/v1",
  "/api\\v1",
  "/api%5cv1",
  "/api%2fv1",
  "/api%2Fv1",
  "/api/v1/%61dmin",
  "/api/v%31/admin",
  "/api/%5Apage",
  "/a%00b",
  "/a%0ab",
  "/a%7Fb",
  "/a%",
  "/a%2",
  "/a%zz",
  "/a b",
  "/a\tb",
  "/größe",
  "/a#b",
  "/a?b#c",
];
for (const target of refused) {
  test(`refuseTarget() refuses ${JSON.stringify(target)}`, () => {
    assert.equal(typeof refuseTarget(target), "string");
  });
}

const accepted = [
  "/",
  "/api/v1/admin/health",
  "/.well-known/jwks.json",
  "/a/..b",
  "/a/b.",
  "/a/...",
  "/caf%C3%A9",
  "/a%20b",
  "/a%40b%3Fc%5B0%5D",
  "/a?next=/../x//y%2Fz\\",
  "/a?",
  "/~me/-_.!$&'()*+,;=:@",
];
for (const target of accepted) {
  test(`refuseTarget() lets ${JSON.stringify(target)} pass`, () => {
    assert.equal(refuseTarget(target), undefined);
  });
}

test("targetOf() and pathOf() keep the spelling of path and query", () => {
  assert.equal(targetOf("http://a:1/x/%2e?y=/z"), "/x/%2e?y=/z");
  assert.equal(targetOf("http://a"), "/");
  assert.equal(pathOf("/x/%2e?y=/z"), "/x/%2e");
});
