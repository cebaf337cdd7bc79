import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { AUTHORIZED, contribution, LOCAL, pluginSnapshot, testGateway, textRoute } from "../gateway/test_gateway.ts";

const PLUGINS = "/api/v1/admin/plugins";
const error = new BackplaneError("PLUGIN_START_FAILED", "Cannot start.", { remedy: "Mend it." });

function gatewayOfTwo() {
  const snapshots = [
    pluginSnapshot("a", { check: () => ({ status: "degraded", detail: { lag_ms: 3 } }) }),
    pluginSnapshot("b", { state: "error", error, metadata: undefined }),
  ];
  const { gateway } = testGateway({ snapshots });
  const { handler } = textRoute("", "admin");
  gateway.admit(
    contribution("a", {
      adminRoutes: [
        { method: "GET", path: "/:id", handler },
        { method: "GET", path: "/logs/all", handler },
      ],
    }),
  );
  return gateway;
}

async function ask(path: string, headers: Record<string, string> = AUTHORIZED) {
  const response = await gatewayOfTwo().fetch(new Request(`http://localhost${path}`, { headers }), LOCAL);
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}

test("the list shows every plugin with its state, and runs no check", async () => {
  const { plugins } = JSON.parse((await ask(PLUGINS)).text) as { plugins: Record<string, unknown>[] };
  assert.deepEqual(
    plugins.map(({ name, state }) => [name, state]),
    [
      ["a", "running"],
      ["b", "error"],
    ],
  );
  assert.deepEqual(plugins[0], {
    name: "a",
    state: "running",
    enabled: true,
    critical: false,
    version: "1.0.0",
    priority: 40,
    effective_priority: 10,
    since: "1970-01-01T00:00:00.000Z",
    error: null,
    blocked_by: [],
  });
  assert.deepEqual(plugins[1]?.["error"], {
    code: "PLUGIN_START_FAILED",
    message: "Cannot start.",
    remedy: "Mend it.",
  });
});

test("a plugin's health is its whole state with its check's detail", async () => {
  const body = JSON.parse((await ask(`${PLUGINS}/a/health`)).text) as Record<string, unknown>;
  assert.deepEqual([body["status"], body["detail"]], ["degraded", { lag_ms: 3 }]);
});

test("a plugin's admin route answers, and cannot shadow its health", async () => {
  assert.equal((await ask(`${PLUGINS}/a/logs/all`)).text, "admin");
  assert.equal((await ask(`${PLUGINS}/a/other`)).text, "admin");
  assert.match((await ask(`${PLUGINS}/a/health`)).text, /"status":"degraded"/);
});

test("everything but the probes needs the token, also what is not there", async () => {
  for (const path of [
    PLUGINS,
    `${PLUGINS}/a/health`,
    `${PLUGINS}/a/logs/all`,
    `${PLUGINS}/x/health`,
    "/api/v1/admin",
    "/api/v1/admin/x",
  ]) {
    const { status, headers, text } = await ask(path, {});
    assert.equal(status, 401, path);
    assert.equal(headers.get("www-authenticate"), "Bearer");
    assert.ok(!text.includes('"a"'), text);
  }
});

test("a wrong token is told apart from none", async () => {
  const { status, headers } = await ask(PLUGINS, { authorization: "Bearer wrong" });
  assert.deepEqual([status, headers.get("www-authenticate")], [401, 'Bearer error="invalid_token"']);
});

test("an unknown plugin is a 404 that names the known ones", async () => {
  const { status, text } = await ask(`${PLUGINS}/x/health`);
  assert.equal(status, 404);
  assert.deepEqual((JSON.parse(text) as { known_plugins: string[] }).known_plugins, ["a", "b"]);
  assert.equal((await ask(`${PLUGINS}/x/logs`)).status, 404);
});

test("a route of a plugin that does not run is a 503 that says so", async () => {
  const { status, text } = await ask(`${PLUGINS}/b/logs`);
  assert.equal(status, 503);
  assert.match(text, /not running \(error\)/);
});
