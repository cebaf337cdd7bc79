import assert from "node:assert/strict";
import { test } from "node:test";
import { AUTHORIZED, LOCAL, pluginSnapshot, testGateway, type TestGatewayOptions } from "../gateway/test_gateway.ts";

const HEALTH = "/api/v1/admin/health";
const OUTSIDE = { remoteAddress: "192.0.2.7" };

async function ask(
  path: string,
  options: TestGatewayOptions = {},
  origin = LOCAL,
  headers: Record<string, string> = {},
) {
  const { gateway } = testGateway({ snapshots: [pluginSnapshot("a")], ...options });
  const response = await gateway.fetch(new Request(`http://localhost${path}`, { headers }), origin);
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

const whole = {
  status: "healthy",
  summary: { total: 1, healthy: 1, degraded: 0, unhealthy: 0, disabled: 0 },
  plugins: { a: { status: "healthy", state: "running" } },
};

test("health shows the whole report to a peer on a loopback listener, without a token", async () => {
  const { status, body, headers } = await ask(HEALTH);
  assert.deepEqual([status, body], [200, whole]);
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("cache-control"), "no-store");
});

test("health is 200 while degraded and 503 when unhealthy", async () => {
  const down = (critical: boolean): TestGatewayOptions => ({
    snapshots: [pluginSnapshot("a", { state: "error", critical })],
  });
  const degraded = await ask(HEALTH, down(false));
  assert.deepEqual([degraded.status, degraded.body["status"]], [200, "degraded"]);
  const unhealthy = await ask(HEALTH, down(true));
  assert.deepEqual([unhealthy.status, unhealthy.body["status"]], [503, "unhealthy"]);
});

test("health shows the status alone to another address, to an unknown one, and on a listener that others reach", async () => {
  const bare = { status: "healthy" };
  assert.deepEqual((await ask(HEALTH, {}, OUTSIDE)).body, bare);
  assert.deepEqual((await ask(HEALTH, {}, {} as typeof LOCAL)).body, bare);
  assert.deepEqual((await ask(HEALTH, { listening: () => ({ address: "0.0.0.0" }) })).body, bare);
});

test("health shows the whole report to who holds the token, wherever it comes from", async () => {
  assert.deepEqual((await ask(HEALTH, {}, OUTSIDE, AUTHORIZED)).body, whole);
  assert.deepEqual((await ask(HEALTH, {}, OUTSIDE, { authorization: "Bearer wrong" })).body, { status: "healthy" });
});

test("live answers 200 whatever the plugins do", async () => {
  const status = (): never => assert.fail("live looked at the runtime");
  const { gateway } = testGateway({ status, snapshots: [pluginSnapshot("a", { state: "error", critical: true })] });
  const response = await gateway.fetch(new Request(`http://localhost${HEALTH}/live`), OUTSIDE);
  assert.deepEqual([response.status, await response.json()], [200, { status: "live" }]);
});

test("ready and startup follow the runtime", async () => {
  const at = (startupSettled: boolean, ready: boolean): TestGatewayOptions => ({
    status: () => ({ startupSettled, stopping: false, ready }),
  });
  assert.equal((await ask(`${HEALTH}/startup`, at(false, false))).status, 503);
  assert.equal((await ask(`${HEALTH}/startup`, at(true, false))).status, 200);
  assert.equal((await ask(`${HEALTH}/ready`, at(true, false))).status, 503);
  assert.equal((await ask(`${HEALTH}/ready`, at(true, true))).status, 200);
});

test("a probe answers HEAD, and 405 to a change", async () => {
  const { gateway } = testGateway();
  const status = async (method: string): Promise<number> =>
    (await gateway.fetch(new Request(`http://localhost${HEALTH}/live`, { method, headers: AUTHORIZED }), LOCAL)).status;
  assert.equal(await status("HEAD"), 200);
  assert.equal(await status("DELETE"), 405);
});
