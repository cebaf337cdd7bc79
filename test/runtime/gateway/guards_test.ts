import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateway } from "../../../runtime/gateway/gateway.ts";
import { AUTHORIZED, contribution, LOCAL, testGateway, textRoute } from "./test_gateway.ts";

const URL_BASE = "http://localhost:8771";

function gatewayWithChange(): Gateway {
  const { gateway } = testGateway();
  const handler = textRoute("").handler;
  gateway.admit(
    contribution("a", {
      routes: [textRoute("/api/v1/a")],
      adminRoutes: (["POST", "PUT", "PATCH", "DELETE"] as const).map((method) => ({ method, path: "/x", handler })),
    }),
  );
  return gateway;
}

async function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  const headers = { ...AUTHORIZED, ...(init.headers as Record<string, string>) };
  return (await gatewayWithChange().fetch(new Request(URL_BASE + path, { ...init, headers }), LOCAL)).status;
}

const pages: [string, Record<string, string>, number][] = [
  ["no browser at all", {}, 200],
  ["its own page", { origin: URL_BASE, "sec-fetch-site": "same-origin" }, 200],
  ["a typed address", { "sec-fetch-site": "none" }, 200],
  ["a page of another site", { "sec-fetch-site": "cross-site" }, 403],
  ["a page of another port", { "sec-fetch-site": "same-site", origin: "http://localhost:1" }, 403],
  ["a page of another port, old browser", { origin: "http://localhost:1" }, 403],
  ["a page of another host", { origin: "http://evil.example" }, 403],
  ["a sandboxed page", { origin: "null" }, 403],
  ["an odd origin", { origin: `${URL_BASE}@evil.example` }, 403],
];
for (const [name, headers, status] of pages) {
  test(`under admin a request from ${name} answers ${status}`, async () => {
    assert.equal(await statusOf("/api/v1/admin/health", { headers }), status);
    assert.equal(await statusOf("/api/v1/admin/plugins/a/x", { method: "POST", headers }), status);
  });
}

test("outside admin pages of other origins are the plugins' concern", async () => {
  assert.equal(await statusOf("/api/v1/a", { headers: { "sec-fetch-site": "cross-site" } }), 200);
});

for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
  test(`under admin a ${method} with a body must be JSON`, async () => {
    const send = (type: string): Promise<number> =>
      statusOf("/api/v1/admin/plugins/a/x", { method, body: "{}", headers: { "content-type": type } });
    assert.equal(await send("application/json"), 200);
    assert.equal(await send("application/json; charset=utf-8"), 200);
    assert.equal(await send("application/merge-patch+json"), 200);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonx",
      "text/plain; application/json",
    ]) {
      assert.equal(await send(type), 415, type);
    }
  });

  test(`under admin a ${method} without a body needs no media type`, async () => {
    assert.equal(await statusOf("/api/v1/admin/plugins/a/x", { method }), 200);
  });
}

test("a Host that was let through is judged anew when the listener's address changes", async () => {
  let address = "10.0.0.1";
  const { gateway } = testGateway({ listening: () => ({ address }) });
  const ask = async (): Promise<number> => (await gateway.fetch(new Request("http://10.0.0.1/nothing"))).status;
  assert.deepEqual([await ask(), await ask()], [404, 404]);
  address = "10.0.0.2";
  assert.equal(await ask(), 421);
});

test("fetch() guards a request that came over no listener: host, target and body", async () => {
  const gateway = gatewayWithChange();
  const ask = async (url: string, init?: RequestInit): Promise<number> =>
    (await gateway.fetch(new Request(url, init))).status;
  assert.equal(await ask("http://evil.example/api/v1/a"), 421);
  assert.equal(await ask("http://localhost/api/v1/a", { headers: { host: "evil.example" } }), 421);
  assert.equal(await ask("http://localhost/api%2fv1/a"), 400);
  const body = new Uint8Array(1_048_577);
  assert.equal(await ask("http://localhost/api/v1/a", { method: "POST", body }), 413);
  const lying = { method: "POST", body, headers: { "content-length": "1" } };
  assert.equal(await ask("http://localhost/api/v1/a", lying), 413);
});
