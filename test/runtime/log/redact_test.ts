import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redactFields, redactText } from "../../../runtime/log/redact.ts";
import { HIDDEN, orderSecrets } from "../../../runtime/log/secrets.ts";

function redact(fields: Readonly<Record<string, unknown>>, ...secrets: string[]): Readonly<Record<string, unknown>> {
  return redactFields(fields, orderSecrets(secrets));
}

test("redactFields() hides by key name at any depth and in arrays", () => {
  assert.deepEqual(redact({ user: { password: "x", roles: [{ api_key: "y" }] } }), {
    user: { password: HIDDEN, roles: [{ api_key: HIDDEN }] },
  });
});

test("redactFields() hides whole values under a telling key, objects and numbers too", () => {
  assert.deepEqual(redact({ credentials: { user: "u" }, secret: 1234, cookies: ["a"] }), {
    credentials: HIDDEN,
    secret: HIDDEN,
    cookies: HIDDEN,
  });
});

test("redactFields() keeps whether there is a secret", () => {
  assert.deepEqual(redact({ has_token: true, token: null }), { has_token: true, token: null });
});

test("redactFields() hides by value inside strings and key names, and a number that is the secret", () => {
  assert.deepEqual(redact({ url: "http://u:hunter22@h", hunter22: 1, pin: 4711, port: 4712 }, "hunter22", "4711"), {
    url: `http://u:${HIDDEN}@h`,
    [HIDDEN]: 1,
    pin: HIDDEN,
    port: 4712,
  });
});

test("a secret that contains another one is hidden whole", () => {
  assert.equal(redactText("abcdef", orderSecrets(["abc", "", "abcdef"])), HIDDEN);
});

test("redactText() hides before it cuts, so that no half of a secret is left at the cut", () => {
  const text = redactText(`${"x".repeat(8_190)}hunter22${"y".repeat(20)}`, ["hunter22"]);
  assert.ok(!text.includes("hu"), text.slice(8_180));
  assert.match(text, /\.\.\. \(\d+ more characters\)$/);
});

test("redactFields() shows an error as name, message, code, stack and cause", () => {
  const error = Object.assign(new TypeError("no hunter22"), { code: "E_X", cause: new Error("deeper") });
  const shown = redact({ error }, "hunter22")["error"] as Record<string, unknown>;
  assert.deepEqual(Object.keys(shown), ["name", "message", "code", "stack", "cause"]);
  assert.equal(shown["message"], `no ${HIDDEN}`);
  assert.ok(!String(shown["stack"]).includes("hunter22"));
  assert.equal((shown["cause"] as Record<string, unknown>)["message"], "deeper");
});

test("redactFields() makes readable what JSON cannot carry", () => {
  const values = {
    big: 12345678901234567890n,
    bytes: new Uint8Array(3),
    date: new Date(0),
    map: new Map([["token", "x"]]),
    set: new Set([1]),
    none: undefined,
    nan: Number.NaN,
    call: () => 1,
    symbol: Symbol("s"),
    url: new URL("http://host/"),
  };
  assert.deepEqual(redact(values), {
    big: "12345678901234567890",
    bytes: "[3 bytes]",
    date: "1970-01-01T00:00:00.000Z",
    map: { token: HIDDEN },
    set: [1],
    nan: "NaN",
    call: "[function]",
    symbol: "Symbol(s)",
    url: "http://host/",
  });
});

test("redactFields() marks a cycle, and shows a value twice that only occurs twice", () => {
  const shared = { a: 1 };
  const circle: Record<string, unknown> = { first: shared, second: shared };
  circle["self"] = circle;
  assert.deepEqual(redact({ circle }), { circle: { first: { a: 1 }, second: { a: 1 }, self: "[circular]" } });
});

test("redactFields() bounds depth, entries and the whole", () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 50; level += 1) deep = { deep };
  assert.match(JSON.stringify(redact({ deep })), /\[too deep\]/);
  assert.match(JSON.stringify(redact({ list: Array.from({ length: 150 }, () => 1) })), /"\[50 more\]"/);
  const wide = Array.from({ length: 99 }, () => Array.from({ length: 99 }, () => "xxxxxxxxxx"));
  assert.ok(JSON.stringify(redact({ wide })).length < 30_000);
});

test("redactFields() survives getters and proxies that throw, and a key __proto__", () => {
  const hostile = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  const proto = JSON.parse('{"__proto__":{"polluted":1}}') as Record<string, unknown>;
  const shown = redact({ hostile, proto });
  assert.equal(shown["hostile"], "[unreadable: no]");
  assert.equal(JSON.stringify(shown["proto"]), '{"__proto__":{"polluted":1}}');
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("whatever the value, redactFields() answers JSON without the secret (property)", () => {
  const secret = "s3cr3t-v4lue";
  const withSecret = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    fc.string().map((text) => text + secret + text),
    fc.dictionary(fc.constantFrom(secret, "a", `x${secret}`), fc.constant([secret])),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), withSecret), (fields) => {
      const text = JSON.stringify(redact(fields, secret));
      assert.ok(!text.includes(secret));
    }),
  );
});

for (const [text, shown] of [
  ["to postgres://me:hunter2@host/db?x=1", "to postgres://me:[hidden]@host/db?x=1"],
  ["redis://:hunter2@host", "redis://:[hidden]@host"],
  ["Authorization: Bearer abc.DEF-123456", "Authorization: Bearer [hidden]"],
  ["basic dXNlcjpwYXNz", "basic [hidden]"],
  ["bearer authentication failed at http://host:80/a@b", "bearer authentication failed at http://host:80/a@b"],
] as const) {
  test(`redactText() of ${text}`, () => assert.equal(redactText(text, []), shown));
}
